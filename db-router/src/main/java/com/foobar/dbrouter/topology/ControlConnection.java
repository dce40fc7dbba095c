package com.foobar.dbrouter.topology;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.mysqlclient.spi.MySQLDriver;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.spi.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The router's own connection to a server: made when a statement needs it, made anew after it broke. Confined to one event loop; one statement at a time.
 */
final class ControlConnection {

    private final Context context;
    private final MySQLConnectOptions options;
    private final ConnectionFactory<MySQLConnectOptions> factory;
    private final Duration timeout;
    private final Runnable onClose;
    private @Nullable Future<SqlConnection> connection;
    private boolean closed;

    /**
     * @param timeout of connecting and of a statement
     * @param silence after which the connection is ended, whether or not a statement runs
     * @param onClose runs when an established connection has ended, for whatever reason, but not after {@link #close()}
     */
    ControlConnection(
            Vertx vertx,
            Context context,
            DatabaseServer server,
            ControlLogin login,
            Duration timeout,
            Duration silence,
            Runnable onClose) {
        this.context = context;
        this.timeout = timeout;
        this.onClose = onClose;
        this.options = new MySQLConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setUser(login.user())
                .setPassword(login.password().reveal())
                .setDatabase("")
                .setCollation(null)
                .setCharset("utf8mb4")
                .addProperty("program_name", "foobar-db-router");
        login.tls().applyTo(options);
        // The client ends a connection in order, behind the statement that hangs; only the idle timeout ends it at
        // once.
        NetClientOptions transport = new NetClientOptions()
                .setConnectTimeout(millis(timeout))
                .setReadIdleTimeout(millis(silence))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpKeepAlive(true);
        this.factory = MySQLDriver.INSTANCE.createConnectionFactory(vertx, transport);
    }

    /** The rows of a statement; fails when connecting or the server takes longer than the timeout. */
    Future<RowSet<Row>> query(String sql) {
        if (closed) {
            return Future.failedFuture("closed");
        }
        Future<SqlConnection> used = connection == null ? connect() : connection;
        return used.compose(established -> established.query(sql).execute())
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> {
                    if (!(failure instanceof MySQLException)) {
                        abandon(used);
                    }
                });
    }

    /** The first column of the only row, as text. */
    Future<String> value(String sql) {
        return query(sql).map(rows -> String.valueOf(rows.iterator().next().getValue(0)));
    }

    /** Ends the connection for good. */
    void close() {
        closed = true;
        Future<SqlConnection> used = connection;
        if (used != null) {
            abandon(used);
        }
        factory.close(Promise.promise());
    }

    private Future<SqlConnection> connect() {
        Future<SqlConnection> connecting = factory.connect(context, options);
        connection = connecting;
        connecting.onComplete(
                established -> established
                        // The statement that fails tells of it, or the close handler.
                        .exceptionHandler(ignored -> {})
                        .closeHandler(ignored -> {
                            if (connection == connecting) {
                                connection = null;
                                if (!closed) {
                                    onClose.run();
                                }
                            }
                        }),
                failure -> {
                    if (connection == connecting) {
                        connection = null;
                    }
                });
        return connecting;
    }

    /** Gives up on a connection, which may still be in the making. */
    private void abandon(Future<SqlConnection> used) {
        if (connection == used) {
            connection = null;
        }
        used.onSuccess(SqlConnection::close);
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
