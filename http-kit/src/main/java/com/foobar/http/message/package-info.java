/**
 * HTTP messages as the bytes that arrived: heads, their fields, methods. Knows nothing of sockets.
 *
 * <p>A head keeps one byte array and the offsets of its parts in it, so that a proxied field is never made into a {@code String}. Heads that a parser filled belong to their
 * connection and are reused for its next message: they are valid until the response has ended, and only on the connection's event loop.
 */
@NullMarked
package com.foobar.http.message;

import org.jspecify.annotations.NullMarked;
