package com.foobar.app.db;

import com.foobar.app.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Checks one router: it is up while the primary answers through it, or a read is. A replica that hangs is the router's affair,
 * which needs a moment to find out; all routers would seem down at once for that. Where there is no primary, reads may go on,
 * unless all of them are to see the newest write. The statements go over connections of their own, so that a full pool does not
 * look like a router that is down, and a router that hangs is found without a request hanging. Runs on one event loop.
 */
final class RouterProbe {
    private static final String ASK_PRIMARY = "/* router:primary */ SELECT 1";
    private static final String ASK_READER = "SELECT 1";

    private final Vertx vertx;
    private final RouterPool router;
    private final DatabaseSettings settings;
    private final Pool toPrimary;
    private final Pool toReader;
    private volatile boolean closed;

    RouterProbe(Vertx vertx, RouterPool router, DatabaseSettings settings) {
        this.vertx = vertx;
        this.router = router;
        this.settings = settings;
        this.toPrimary = connection();
        this.toReader = connection();
    }

    private Pool connection() {
        // One that hangs must go away by itself; one that is used at every check must not.
        Duration hung = settings.connectTimeout().plus(settings.probeInterval().multipliedBy(2));
        return MySQLBuilder.pool()
                .with(new PoolOptions().setMaxSize(1).setMaxWaitQueueSize(1))
                .with(RouterPool.transport(settings)
                        .setIdleTimeout((int) hung.toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS))
                .connectingTo(RouterPool.connectOptions(router.address(), settings))
                .using(vertx)
                .build();
    }

    /** Checks at once, then again and again. */
    void start() {
        vertx.runOnContext(v -> check());
    }

    private void check() {
        Future<?> primary = ask(toPrimary, ASK_PRIMARY);
        Future<?> reader = ask(toReader, ASK_READER);
        Future.any(primary, reader).onComplete(either -> {
            if (closed) {
                return;
            }
            if (either.succeeded()) {
                router.markUp();
            } else {
                router.markDown(ConnectProblem.of(either.cause()));
            }
        });
        Future.join(primary, reader).onComplete(both -> {
            if (!closed) {
                vertx.setTimer(settings.probeInterval().toMillis(), timer -> check());
            }
        });
    }

    private Future<?> ask(Pool connection, String statement) {
        return connection
                .query(statement)
                .execute()
                .timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    Future<Void> close() {
        closed = true;
        return Future.join(toPrimary.close(), toReader.close()).mapEmpty();
    }
}
