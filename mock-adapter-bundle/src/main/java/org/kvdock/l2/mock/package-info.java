/** Mock adapter with a fault injector. */
package org.kvdock.l2.mock;
