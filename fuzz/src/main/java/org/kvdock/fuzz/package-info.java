/**
 * Fuzz targets for everything that reads what others wrote, and the campaigns that try them. Targets for decoders that are
 * nobody's but their package's live in that package.
 */
package org.kvdock.fuzz;
