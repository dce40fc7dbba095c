package com.foobar.dbrouter.pool;

import com.foobar.dbrouter.auth.ServerCredential;
import com.foobar.dbrouter.pool.ServerFailure.Kind;
import com.foobar.dbrouter.tls.ServerTls;
import com.foobar.dbrouter.topology.DatabaseServer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Connects to one server and logs in, on one event loop. The place of the connection has been taken before, and is given back here. */
final class ConnectionOpener {
    private final DatabaseServer server;
    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final Credentials credentials;
    private final ServerTls tls;
    private final PoolSettings settings;
    private final ServerLimit limit;
    private final StatementUse statements;

    ConnectionOpener(
            DatabaseServer server,
            EventLoop loop,
            Bootstrap bootstrap,
            Credentials credentials,
            ServerTls tls,
            PoolSettings settings,
            ServerLimit limit,
            StatementUse statements) {
        this.server = server;
        this.loop = loop;
        this.bootstrap = bootstrap;
        this.credentials = credentials;
        this.tls = tls;
        this.settings = settings;
        this.limit = limit;
        this.statements = statements;
    }

    /**
     * Opens one, within {@link PoolSettings#connectTimeout()}.
     *
     * @param state what it logs in with
     * @param waiting is told the outcome, perhaps at once; of several only the first counts
     */
    void open(ConnectionKey key, SessionState state, ServerLogin.Waiting waiting) {
        ServerCredential credential = credentials.of(key.user());
        if (credential == null) {
            limit.release();
            waiting.failed(ServerFailure.of(server, Kind.REFUSED, "the user is not one of the router's users"));
            return;
        }
        ServerLogin login =
                new ServerLogin(server, key, credential, tls, state, statements, settings.maxPrepared(), waiting);
        ChannelFuture connect = bootstrap
                .clone(loop)
                .handler(login)
                .connect(InetSocketAddress.createUnresolved(server.host(), server.port()));
        Channel channel = connect.channel();
        if (!channel.isRegistered()) {
            // No socket is left: what failed is no channel, which never closes, and Netty would tell so on a thread
            // that is not the loop's.
            loop.execute(() -> {
                limit.release();
                waiting.failed(ServerFailure.of(server, Kind.UNREACHABLE, reason(connect.cause())));
            });
            return;
        }
        long millis = settings.connectTimeout().toMillis();
        ScheduledFuture<?> timeout = loop.schedule(
                () -> {
                    ChannelHandlerContext context = channel.pipeline().context(login);
                    if (context != null) {
                        login.expire(context, millis);
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
        connect.addListener(result -> {
            if (!result.isSuccess()) {
                timeout.cancel(false);
                waiting.failed(ServerFailure.of(server, Kind.UNREACHABLE, reason(result.cause())));
            }
        });
        channel.closeFuture().addListener(closed -> limit.release());
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Connection refused")) {
            return "connection refused";
        }
        return cause instanceof UnknownHostException ? "the name is not known: " + message : message;
    }
}
