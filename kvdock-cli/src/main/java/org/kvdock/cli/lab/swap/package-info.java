/**
 * Adapters are swapped in a running host under load, and nothing may be lost or leak. {@code SwapCommand} and what it
 * uses run in the program; {@code SwapCampaign} and what it uses run inside the host that it starts.
 */
package org.kvdock.cli.lab.swap;
