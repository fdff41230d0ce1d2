/**
 * What runs inside the processes that the crash campaign kills: the load, and a diary in which it says what it is about
 * to do and what came of it.
 */
package org.kvdock.cli.lab.crash.child;
