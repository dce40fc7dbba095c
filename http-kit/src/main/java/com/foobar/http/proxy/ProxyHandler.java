package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.kit.net.NettyTransport;

/** Forwards requests to the servers of one backend. Serves any number of listeners. */
public final class ProxyHandler implements RequestHandler {
    public ProxyHandler(NettyTransport transport, Backend backend, ProxySettings settings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void handle(RequestStream stream) {
        throw new UnsupportedOperationException();
    }

    /** Connections to servers that are open now, idle ones included; for gauges, from any thread. */
    public int connections() {
        throw new UnsupportedOperationException();
    }

    /** Closes idle connections; those in use are closed when their response has ended. */
    public void close() {
        throw new UnsupportedOperationException();
    }
}
