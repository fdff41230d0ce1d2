/** What serves the launcher from inside the framework: hands configurations over, tells what does not come up. */
package org.kvdock.cli.component;
