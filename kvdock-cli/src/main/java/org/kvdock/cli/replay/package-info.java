/**
 * The two ends of the demo, inside their hosts: prefill takes requests, "computes" and writes blocks; decode gets each
 * request from the proxy, fetches its blocks, verifies them and releases them.
 *
 * <p>Commands: {@code go} starts prefill, {@code fetch N} hands request N to decode, {@code read N} tells prefill that
 * decode is done with request N, {@code finish} asks either end to wait until its host is idle and to say so. Events:
 * {@code ready}, {@code stored} for each request by prefill, {@code read} for each request by decode, {@code idle}.
 */
package org.kvdock.cli.replay;
