package com.foobar.lb.tcp;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.net.NettyTransport;
import java.time.Duration;

/**
 * Where connections in TCP mode go.
 *
 * @param admission gives each connection its place with a server
 * @param queueTimeout for such a place
 * @param connectTimeout for a connection to one server, the look-up of its name included
 * @param attempts to connect, each to another server while there is one
 * @param sendProxy what a connection to a server begins with
 */
public record TcpBackend(
        Backend backend,
        Admission admission,
        NettyTransport transport,
        Duration queueTimeout,
        Duration connectTimeout,
        int attempts,
        SendProxy sendProxy) {}
