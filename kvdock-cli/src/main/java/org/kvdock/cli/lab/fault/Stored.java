package org.kvdock.cli.lab.fault;

/**
 * A store task that was accepted.
 *
 * @param end whose
 * @param id its id there
 * @param first its first block
 * @param count how many blocks
 */
record Stored(End end, long id, long first, int count) {}
