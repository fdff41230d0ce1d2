/** The proxy between prefill and decode hosts: is told of requests that have arrived, and hands each to a decode host. */
package org.kvdock.cli.proxy;
