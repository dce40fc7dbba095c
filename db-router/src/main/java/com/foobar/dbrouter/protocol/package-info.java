/**
 * The MySQL client/server protocol as bytes and values: no sockets, no threads, no policy.
 *
 * <p>Source: MySQL source documentation, "Client/Server Protocol"
 * (<a href="https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html">PAGE_PROTOCOL</a>), and MariaDB's
 * "Client/Server Protocol" where it differs. Lengths that come from the wire are checked before anything is read or
 * allocated by them; what does not fit is a {@link com.foobar.dbrouter.protocol.MalformedPacketException}.
 */
@NullMarked
package com.foobar.dbrouter.protocol;

import org.jspecify.annotations.NullMarked;
