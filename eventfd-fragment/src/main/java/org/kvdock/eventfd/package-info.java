/** Where the native library lies in this jar, for the class path and the module path; OSGi reads the manifest. */
package org.kvdock.eventfd;
