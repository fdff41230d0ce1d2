package org.kvdock.host;

/** Delete with the first real class: a package without one cannot be exported. */
final class Placeholder {
}
