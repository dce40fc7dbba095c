package com.foobar.app.db;

import com.foobar.app.config.DatabaseSettings;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database router: the bounded pool of connections to it, and whether it is up. Up or down is what the last attempt to
 * use or to check it showed; broken connections leave the pool by themselves. Safe from any thread.
 */
final class RouterPool {
    private static final Logger log = LoggerFactory.getLogger(RouterPool.class);

    private static final String NOT_CHECKED = "not checked yet";

    private final HostPort address;
    private final String label;
    private final Pool pool;
    private final AppMetrics metrics;

    /** Why it is down; null while it is up. */
    private volatile @Nullable String down = NOT_CHECKED;

    private volatile boolean closed;

    /** {@link System#nanoTime} of the last answer; meaningless before there was one. */
    private volatile long lastAnswer;

    private volatile boolean answered;

    RouterPool(Vertx vertx, HostPort address, DatabaseSettings settings, AppMetrics metrics) {
        this.address = address;
        this.label = address.toString();
        this.metrics = metrics;
        this.pool = MySQLBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(settings.pool().size())
                        .setMaxWaitQueueSize(settings.pool().queue())
                        .setConnectionTimeout(
                                (int) settings.pool().acquireTimeout().toMillis())
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(transport(settings))
                .connectingTo(connectOptions(address, settings))
                .using(vertx)
                .build();
        metrics.routerUp(label, false);
    }

    static NetClientOptions transport(DatabaseSettings settings) {
        return new NetClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setIdleTimeout((int) settings.answerTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
    }

    static MySQLConnectOptions connectOptions(HostPort address, DatabaseSettings settings) {
        return new MySQLConnectOptions()
                .setHost(address.host())
                .setPort(address.port())
                .setDatabase(settings.database())
                .setUser(settings.user())
                .setPassword(settings.password().reveal())
                .setCharset("utf8mb4")
                .setSslMode(SslMode.DISABLED)
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(settings.pool().preparedStatements())
                // The longest statement is longer than the default limit, and would be prepared each time.
                .setPreparedStatementCacheSqlLimit(16_384);
    }

    HostPort address() {
        return address;
    }

    boolean isUp() {
        return down == null;
    }

    /** For operators: {@code UP}, or {@code DOWN (why)}. */
    String state() {
        String why = down;
        return why == null ? "UP" : "DOWN (" + why + ")";
    }

    /** Whether it has answered within that time. */
    boolean answeredWithin(Duration window) {
        return answered && System.nanoTime() - lastAnswer <= window.toNanos();
    }

    void markUp() {
        lastAnswer = System.nanoTime();
        answered = true;
        if (down != null) {
            down = null;
            log.info("database router {} is UP", address);
            metrics.routerUp(label, true);
        }
    }

    void markDown(String why) {
        if (closed) {
            return;
        }
        String before = down;
        down = why;
        if (before == null || before.equals(NOT_CHECKED)) {
            log.warn("database router {} is DOWN: {}", address, why);
            metrics.routerUp(label, false);
        }
    }

    /**
     * Runs work on a connection, and gives the connection back when the work has ended.
     *
     * @return fails with {@link NotConnected} when there was none and so nothing was begun
     */
    <T> Future<T> withConnection(Function<SqlConnection, Future<T>> work) {
        long asked = System.nanoTime();
        metrics.poolAsked(label);
        return pool.getConnection()
                .onComplete(ended -> metrics.poolAnswered(label, System.nanoTime() - asked))
                .recover(this::notConnected)
                .compose(connection -> use(connection, work));
    }

    private <T> Future<T> use(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
        metrics.poolTaken(label);
        long taken = System.nanoTime();
        Future<T> done;
        try {
            done = work.apply(connection);
        } catch (RuntimeException e) {
            done = Future.failedFuture(e);
        }
        return done.eventually(() -> {
            metrics.poolReturned(label, System.nanoTime() - taken);
            // A connection that was lost cannot be given back; the pool has dropped it.
            return connection.close().otherwiseEmpty();
        });
    }

    private Future<SqlConnection> notConnected(Throwable failure) {
        boolean refused = SqlErrors.isPoolRefusal(failure);
        if (refused) {
            metrics.poolRefused(label);
        } else {
            markDown(ConnectProblem.of(failure));
        }
        return Future.failedFuture(new NotConnected(address, refused, failure));
    }

    Future<Void> close() {
        closed = true;
        return pool.close();
    }

    /** There was no connection: nothing was begun. */
    static final class NotConnected extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final boolean busy;

        NotConnected(HostPort address, boolean busy, Throwable cause) {
            super(address + ": " + (busy ? "no free connection" : ConnectProblem.of(cause)), cause, false, false);
            this.busy = busy;
        }

        /** Whether all connections are in use, rather than that none can be made. */
        boolean isBusy() {
            return busy;
        }
    }
}
