package com.foobar.deploy;

/** Who sends a request in a {@link Scene}. */
enum Who {
    NOBODY,
    AUTHOR,
    READER
}
