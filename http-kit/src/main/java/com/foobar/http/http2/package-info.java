/** HTTP/2 for clients (RFC 9113): Netty's frame codec, and each stream made into the same request stream that HTTP/1.1 has, under the same rules. */
@NullMarked
package com.foobar.http.http2;

import org.jspecify.annotations.NullMarked;
