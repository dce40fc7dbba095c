/** Fixtures for everything that speaks HTTP: a raw client for bytes that no client library would send, and a server that misbehaves on demand. */
@NullMarked
package com.foobar.http.testing;

import org.jspecify.annotations.NullMarked;
