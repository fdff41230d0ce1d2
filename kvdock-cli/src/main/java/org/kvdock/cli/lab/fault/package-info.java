/**
 * The campaign of faults between a sender and a receiver of the PD adapter: each family of faults is a file that says
 * which there are, a stage runs one, and one aftermath checks all of them.
 */
package org.kvdock.cli.lab.fault;
