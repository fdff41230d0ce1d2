package org.kvdock.l2.base;

/** Delete with the first real class: a package without one cannot be exported. */
final class Placeholder {
}
