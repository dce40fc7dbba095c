/**
 * TCP mode: connections whose bytes pass through as they are. A {@link com.foobar.lb.tcp.TcpSession} is a client's connection and a
 * server's, both on one event loop.
 */
@NullMarked
package com.foobar.lb.tcp;

import org.jspecify.annotations.NullMarked;
