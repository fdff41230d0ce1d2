/**
 * Starts a host: an embedded OSGi framework with kvdock's bundles and a set of configurations, in this process or in a
 * child process that ends with its parent. Nothing here is used from inside the framework.
 */
package org.kvdock.cli.launch;
