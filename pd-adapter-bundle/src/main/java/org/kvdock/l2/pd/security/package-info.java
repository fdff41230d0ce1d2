/** Who may connect: key files, certificates, and what may be open to whom. */
package org.kvdock.l2.pd.security;
