package org.kvdock.journal.chronicle;

/** Delete with the first real class: a package without one cannot be exported. */
final class Placeholder {
}
