package com.foobar.app.db;

import com.foobar.app.config.DatabaseSettings;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date by Flyway, through a router, on a thread of its own, and tries until it has succeeded.
 * Several instances may do so at once: Flyway holds a lock in the database meanwhile. Safe from any thread.
 */
public final class Migrations {
    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

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
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(
                        "jdbc:mariadb://" + router + "/" + settings.database()
                                + "?allowPublicKeyRetrieval=true&connectTimeout="
                                + settings.connectTimeout().toMillis(),
                        settings.user(),
                        settings.password().reveal())
                .locations("classpath:db/migration")
                .table("schema_history")
                .connectRetries(0)
                .lockRetryCount(120)
                .load();
        refuseNewerSchema(flyway);
        if (settings.migrate()) {
            try {
                int applied = flyway.migrate().migrationsExecuted;
                log.info(
                        "schema is at version {} ({} migration(s) applied)",
                        version(flyway.info().current()),
                        applied);
            } catch (FlywayValidateException e) {
                throw new SchemaProblem(
                        "the migrations that the database has seen are not those of this program: " + firstLine(e));
            }
            return;
        }
        int pending = flyway.info().pending().length;
        if (pending > 0) {
            throw new SchemaProblem(
                    pending + " migration(s) are still to be applied, and database.migrate is false here:"
                            + " start an instance that may migrate");
        }
    }

    private static void refuseNewerSchema(Flyway flyway) {
        MigrationInfo[] known = flyway.info().all();
        Arrays.stream(known)
                .filter(info -> info.getState() == MigrationState.FUTURE_SUCCESS
                        || info.getState() == MigrationState.FUTURE_FAILED)
                .reduce((first, second) -> second)
                .ifPresent(future -> {
                    throw new SchemaProblem("the database has schema version " + future.getVersion()
                            + ", which is newer than this program: start a newer version of app-service");
                });
        Arrays.stream(known)
                .filter(info -> info.getState() == MigrationState.FAILED)
                .findFirst()
                .ifPresent(failed -> {
                    throw new SchemaProblem("migration " + failed.getVersion() + " failed half-way before: repair the"
                            + " schema, delete that row of schema_history, and start again");
                });
    }

    private static String version(@Nullable MigrationInfo current) {
        return current == null ? "none" : String.valueOf(current.getVersion());
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
