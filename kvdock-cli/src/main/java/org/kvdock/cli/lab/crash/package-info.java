/**
 * {@code kvdock lab crash}: kills processes that write journals, at random moments and at chosen places, opens the
 * journals again, and holds them against what the dead had said of themselves.
 */
package org.kvdock.cli.lab.crash;
