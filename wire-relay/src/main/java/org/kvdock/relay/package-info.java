/** A relay between two ends of TCP connections on this machine, which passes, holds, damages or cuts what comes. */
package org.kvdock.relay;
