package org.kvdock.cli.lab.fault;

/**
 * How one scenario went.
 *
 * @param scenario which
 * @param passed whether all was right
 * @param detail what came of its tasks, or what was wrong
 * @param seconds how long it took
 */
record Outcome(Scenario scenario, boolean passed, String detail, double seconds) {}
