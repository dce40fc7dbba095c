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
 * Checks one router: a statement now and then over a connection of its own, so that a full pool does not look like a
 * router that is down, and a router that hangs is found without a request hanging. Runs on one event loop.
 */
final class RouterProbe {
    /** Of the primary: a replica that hangs is the router's affair, which reads elsewhere as soon as it has found out. Without the hint both routers would seem down until then. */
    private static final String ASK = "/* router:primary */ SELECT 1";

    private final Vertx vertx;
    private final RouterPool router;
    private final DatabaseSettings settings;
    private final Pool connection;
    private volatile boolean closed;

    RouterProbe(Vertx vertx, RouterPool router, DatabaseSettings settings) {
        this.vertx = vertx;
        this.router = router;
        this.settings = settings;
        // A connection that hangs must go away by itself; one that is used at every check must not.
        Duration hung = settings.connectTimeout().plus(settings.probeInterval().multipliedBy(2));
        this.connection = MySQLBuilder.pool()
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
        connection
                .query(ASK)
                .execute()
                .timeout(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(answer -> {
                    if (closed) {
                        return;
                    }
                    if (answer.succeeded()) {
                        router.markUp();
                    } else {
                        router.markDown(ConnectProblem.of(answer.cause()));
                    }
                    vertx.setTimer(settings.probeInterval().toMillis(), timer -> check());
                });
    }

    Future<Void> close() {
        closed = true;
        return connection.close();
    }
}
