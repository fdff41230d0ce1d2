/** Prefill/decode adapter: sender, receiver, transfer channels. */
package org.kvdock.l2.pd;
