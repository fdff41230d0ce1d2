/** The transfer channel {@code ucx}: which UCX is let through, its loading, and both ends. Internal. */
package org.kvdock.l2.pd.ucx;
