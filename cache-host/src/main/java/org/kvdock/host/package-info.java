/**
 * Host cache framework: L1, controllers, the dock for adapters. {@link org.kvdock.host.StorageManager} is the way in.
 *
 * <table>
 *   <caption>Locks by phase: who holds what of a chunk</caption>
 *   <tr><th>phase</th><th>in L1</th><th>at the adapter</th></tr>
 *   <tr><td>write, put</td><td>one read lock for the request</td><td>none</td></tr>
 *   <tr><td>store, until the last target has finished</td><td>the same read lock</td><td>none</td></tr>
 *   <tr><td>lookup answered</td><td>read lock where L1 has it</td><td>one lock for each hit</td></tr>
 *   <tr><td>load planned</td><td>reserved, invisible</td><td>lock kept; those of other chunks given back</td></tr>
 *   <tr><td>load ended</td><td>readable with one read lock for each waiter, or freed</td><td>lock given back</td></tr>
 *   <tr><td>deadline before a load's end</td><td>reserved until the task has completed (R7)</td><td>kept until then</td></tr>
 *   <tr><td>reader has it</td><td>its read locks, until close or lease</td><td>none</td></tr>
 * </table>
 *
 * <table>
 *   <caption>Java locks; none is held while an adapter, a policy, a listener or a stage's dependent is called</caption>
 *   <tr><th>lock</th><th>guards</th><th>taken under it</th></tr>
 *   <tr><td>{@code L1.lock}</td><td>chunks, order, space, locks, pins</td><td>nothing</td></tr>
 *   <tr><td>{@code HostWriter}</td><td>one request being written</td><td>{@code L1.lock}, hand-over</td></tr>
 *   <tr><td>{@code L1Holdings}</td><td>pins by request</td><td>{@code L1.lock}</td></tr>
 *   <tr><td>{@code Dock}</td><td>which adapters there are</td><td>nothing</td></tr>
 *   <tr><td>{@code Host.gate}</td><td>closed or not</td><td>hand-over</td></tr>
 *   <tr><td>{@code InFlight}</td><td>one counter</td><td>nothing</td></tr>
 * </table>
 *
 * Everything else belongs to one thread: each controller's lanes and jobs to that controller's.
 */
@Export
@Version("0.1.0")
package org.kvdock.host;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
