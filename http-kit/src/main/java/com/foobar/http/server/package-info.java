/** Listening for clients: sockets, TLS with ALPN, connection limits, draining. What is read from a connection goes to {@code http1} or {@code http2}, and from there to the handler. */
@NullMarked
package com.foobar.http.server;

import org.jspecify.annotations.NullMarked;
