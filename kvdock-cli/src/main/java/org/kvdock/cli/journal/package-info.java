/** {@code kvdock journal}: reads what hosts have written, also while they write, also what is damaged. */
package org.kvdock.cli.journal;
