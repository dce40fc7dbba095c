/**
 * HTTP/1.1 on the wire (RFC 9112), strict in what it takes: a message that two readers could frame differently is refused before anybody acts on it.
 *
 * <p>{@link com.foobar.http.http1.RequestHeadParser}, {@link com.foobar.http.http1.ResponseHeadParser} and {@link com.foobar.http.http1.ChunkedDecoder} turn bytes into heads and
 * bodies, {@link com.foobar.http.http1.HeadWriter} turns heads into bytes, {@link com.foobar.http.http1.Http1Connection} is the server's side of a connection.
 */
@NullMarked
package com.foobar.http.http1;

import org.jspecify.annotations.NullMarked;
