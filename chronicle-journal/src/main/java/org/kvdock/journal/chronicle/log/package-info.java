/** Takes what the embedded Chronicle Queue logs to the platform's logger. Used in OSGi only, exported to nobody. */
package org.kvdock.journal.chronicle.log;
