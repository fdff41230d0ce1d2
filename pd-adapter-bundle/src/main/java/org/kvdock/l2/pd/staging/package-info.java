/** The receiver's memory that senders write into before a load copies it to L1. */
package org.kvdock.l2.pd.staging;
