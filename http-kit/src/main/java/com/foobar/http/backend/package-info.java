/**
 * A backend is a named group of servers with one way of balancing; a server is one address in it (HAProxy's words).
 *
 * <p>A server's state has two axes. <em>Operational</em>, from checks: {@code UP} or {@code DOWN}. <em>Administrative</em>, from
 * people: {@code READY} takes requests; {@code DRAIN} takes no new ones but is checked still; {@code MAINT} takes none and is
 * not checked. Only a server that is {@code UP} and {@code READY}, of a weight above 0, is picked.
 *
 * <p>Everything here may be used from every event loop at once: states are immutable values behind one volatile field, counts
 * are atomic.
 */
@NullMarked
package com.foobar.http.backend;

import org.jspecify.annotations.NullMarked;
