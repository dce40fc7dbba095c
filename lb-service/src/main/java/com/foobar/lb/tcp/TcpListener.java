package com.foobar.lb.tcp;

import com.foobar.http.server.Listener;
import com.foobar.http.server.SocketListener;
import com.foobar.kit.net.NettyTransport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.Future;
import java.net.InetSocketAddress;

/** A listening address in TCP mode. */
public final class TcpListener implements Listener {
    private final SocketListener sockets;
    private final TcpRoutes routes;
    private final TcpTimeouts timeouts;
    private final TcpObserver observer;
    private volatile boolean closing;

    private TcpListener(SocketListener.Options options, TcpRoutes routes, TcpTimeouts timeouts, TcpObserver observer) {
        this.sockets = new SocketListener(options, this::accepted);
        this.routes = routes;
        this.timeouts = timeouts;
        this.observer = observer;
    }

    /** Binds the address; fails with the bind's exception where it is taken. */
    public static Future<TcpListener> listen(
            NettyTransport transport,
            SocketListener.Options options,
            TcpRoutes routes,
            TcpTimeouts timeouts,
            TcpObserver observer) {
        TcpListener listener = new TcpListener(options, routes, timeouts, observer);
        return listener.sockets.listen(transport).map(listening -> listener);
    }

    private void accepted(Channel connection, InetSocketAddress remote, InetSocketAddress local) {
        connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        TcpSession session = new TcpSession(connection, remote, local, timeouts, observer, () -> closing);
        if (routes.byName()) {
            connection
                    .pipeline()
                    .addLast(new ServerNameReader(
                            timeouts.hello().toMillis(), name -> session.relayTo(routes.of(name))));
        }
        connection.pipeline().addLast(session.clientHandler());
        sockets.speaks(connection, session);
        if (!routes.byName()) {
            session.relayTo(routes.otherwise());
        }
    }

    @Override
    public int port() {
        return sockets.port();
    }

    @Override
    public int connections() {
        return sockets.connections();
    }

    @Override
    public int mostConnections() {
        return sockets.mostConnections();
    }

    @Override
    public long sessions() {
        return sockets.sessions();
    }

    @Override
    public long accepted() {
        return sockets.accepted();
    }

    @Override
    public long refused() {
        return sockets.refused();
    }

    /** Leaves open sessions alone, as nobody can ask them to go; completes when the last has ended. */
    @Override
    public Future<Void> drain() {
        return sockets.drain();
    }

    @Override
    public Future<Void> close() {
        closing = true;
        return sockets.close();
    }
}
