/** The PROXY protocol: the header by which one proxy tells the next whom a connection is for. Bytes in, values out. */
@NullMarked
package com.foobar.http.proxyprotocol;

import org.jspecify.annotations.NullMarked;
