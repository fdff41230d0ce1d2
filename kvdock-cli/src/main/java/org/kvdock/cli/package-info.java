/** Command line, OSGi launcher, workload replay. */
package org.kvdock.cli;
