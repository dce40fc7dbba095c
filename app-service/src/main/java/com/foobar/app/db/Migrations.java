package com.foobar.app.db;

import com.foobar.app.config.DatabaseSettings;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date by Flyway, through a router, on a thread of its own, and tries until it has succeeded,
 * each time through the next router: one that says nothing is given up.
 * Several instances may do so at once: Flyway holds a lock in the database meanwhile. Safe from any thread.
 */
public final class Migrations {
    /** A host that has lost its power or its network is found in 40 s, however long its answer may take. */
    private static final String HOSTS_ARE_ASKED = "&tcpKeepAlive=true&tcpKeepIdle=10&tcpKeepInterval=10&tcpKeepCount=3";

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 3_000;

    private final Vertx vertx;
    private final DatabaseSettings settings;
    private final AppMetrics metrics;
    private final WorkerExecutor worker;
    private final Promise<Void> migrated = Promise.promise();

    /** What stands in the way; null once nothing does. */
    private volatile @Nullable String problem = "the schema has not been checked yet";

    private volatile boolean stopped;

    public Migrations(Vertx vertx, DatabaseSettings settings, AppMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.metrics = metrics;
        this.worker = vertx.createSharedWorkerExecutor("app-migrations", 1, 1, TimeUnit.HOURS);
    }

    /** Begins to try; completes when the database has the schema of this program, however long that takes. */
    public Future<Void> start() {
        attempt(0);
        return migrated.future();
    }

    /** What stands in the way of serving requests, for an operator; null when the schema is that of this program. */
    public @Nullable String problem() {
        return problem;
    }

    /** Tries no more. */
    public Future<Void> stop() {
        stopped = true;
        return worker.close();
    }

    private void attempt(int number) {
        HostPort router =
                settings.routers().get(Math.floorMod(number, settings.routers().size()));
        worker.executeBlocking(
                        () -> {
                            migrate(router);
                            // A tenth of what the process holds was for this, and is never needed again.
                            System.gc();
                            return null;
                        },
                        true)
                .onComplete(done -> succeeded(), failure -> failed(number, router, failure));
    }

    private void succeeded() {
        problem = null;
        metrics.schemaMigrated();
        migrated.tryComplete();
    }

    private void failed(int number, HostPort router, Throwable failure) {
        if (stopped) {
            return;
        }
        String now = "schema not ready: "
                + (failure instanceof SchemaProblem
                        ? failure.getMessage()
                        : router + ": " + ConnectProblem.of(failure));
        if (!now.equals(problem)) {
            problem = now;
            if (failure instanceof SchemaProblem) {
                log.error("{}", now);
            } else {
                log.warn("{}; trying again until it works", now);
            }
        }
        long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(number, 10));
        vertx.setTimer(pause, timer -> {
            if (!stopped) {
                attempt(number + 1);
            }
        });
    }

    private void migrate(HostPort router) {
        // To look is quick, to change may take long: a router that says nothing is found by the first.
        MigrationInfoService schema = flyway(router, settings.answerTimeout()).info();
        refuseNewer(schema);
        MigrationInfo[] pending = schema.pending();
        if (pending.length == 0) {
            log.info("schema is at version {}", schema.current().getVersion());
            return;
        }
        if (!settings.migrate()) {
            throw new SchemaProblem(
                    pending.length + " migration(s) are still to be applied, and database.migrate is false here:"
                            + " start an instance that may migrate");
        }
        try {
            MigrateResult result = flyway(router, settings.migrationTimeout()).migrate();
            // Where another instance has applied them all, Flyway's result names no version.
            log.info(
                    "schema is at version {} ({} applied)",
                    pending[pending.length - 1].getVersion(),
                    result.migrationsExecuted);
        } catch (FlywayValidateException e) {
            throw new SchemaProblem(
                    "the migrations that the database has seen are not those of this program: " + firstLine(e));
        }
    }

    /** @param patience with a connection on which nothing comes: it is given up then */
    private Flyway flyway(HostPort router, Duration patience) {
        return Flyway.configure(Migrations.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(
                        "jdbc:mariadb://" + router + "/" + settings.database()
                                + "?allowPublicKeyRetrieval=true&connectTimeout="
                                + settings.connectTimeout().toMillis() + "&socketTimeout=" + patience.toMillis()
                                + HOSTS_ARE_ASKED,
                        settings.user(),
                        settings.password().reveal())
                .locations("classpath:db/migration")
                .table("schema_history")
                .connectRetries(0)
                .lockRetryCount(120)
                .load();
    }

    private static void refuseNewer(MigrationInfoService schema) {
        for (MigrationInfo migration : schema.all()) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS
                    || migration.getState() == MigrationState.FUTURE_FAILED) {
                throw new SchemaProblem("the database has schema version " + migration.getVersion()
                        + ", which is newer than this program: start a newer version of app-service");
            }
            if (migration.getState() == MigrationState.FAILED) {
                throw new SchemaProblem("migration " + migration.getVersion() + " failed half-way before: repair the"
                        + " schema, delete that row of schema_history, and start again");
            }
        }
    }

    private static String firstLine(FlywayException e) {
        return String.valueOf(e.getMessage()).lines().skip(1).findFirst().orElse(e.getMessage());
    }

    /** Trying again alone will not help: somebody has to act. */
    private static final class SchemaProblem extends RuntimeException {
        private static final long serialVersionUID = 1;

        SchemaProblem(String message) {
            super(message, null, false, false);
        }
    }
}
