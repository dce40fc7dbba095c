/**
 * Connections to the servers. Each event loop has pools of its own, so that a client's session and the server connections
 * that it uses never change threads; what one server may have open in all loops together is counted in one place ({@link
 * com.foobar.dbrouter.pool.ServerLimit}).
 *
 * <p>A connection's life: opening (TCP, greeting, authentication) ► in use by one session ► idle, where nothing of that
 * session is left on it ► in use by another, after it has taken over that one's {@link
 * com.foobar.dbrouter.pool.SessionState} ► closed.
 */
@NullMarked
package com.foobar.dbrouter.pool;

import org.jspecify.annotations.NullMarked;
