package com.foobar.lb.tcp;

import java.time.Duration;

/**
 * How long a session may be idle.
 *
 * @param hello until the ClientHello is complete, where a route is chosen by it
 * @param tunnel without a byte in either direction
 * @param client without a byte of a client whose server has said all
 * @param server without a byte of a server whose client has said all
 */
public record TcpTimeouts(Duration hello, Duration tunnel, Duration client, Duration server) {}
