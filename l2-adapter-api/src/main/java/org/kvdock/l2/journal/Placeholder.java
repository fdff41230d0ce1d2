package org.kvdock.l2.journal;

/** Delete with the first real class: a package without one cannot be exported. */
final class Placeholder {
}
