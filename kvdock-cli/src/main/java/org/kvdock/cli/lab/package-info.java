/** The robustness campaigns: each prints its seed, and the seed repeats the run. */
package org.kvdock.cli.lab;
