/**
 * One end of a pair under faults: an adapter on a journal, and its caller, in the campaign's own process or in one that
 * is there to be killed, stopped or starved.
 */
package org.kvdock.cli.lab.fault.child;
