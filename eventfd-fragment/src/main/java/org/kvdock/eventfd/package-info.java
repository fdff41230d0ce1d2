/** Native half of the eventfds: a fragment of the API bundle. */
package org.kvdock.eventfd;
