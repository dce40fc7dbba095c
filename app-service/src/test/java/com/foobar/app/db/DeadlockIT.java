package com.foobar.app.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.app.config.AppSettings;
import com.foobar.app.config.DatabaseSettings;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.DatabaseServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(com.foobar.app.SharedDatabase.class)
class DeadlockIT {
    private static final Sql ADD = new Sql("test-add", "UPDATE test_account SET amount = amount + 1 WHERE id = ?");

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseServer server;
    private Database database;

    DeadlockIT(DatabaseServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() {
        server.execute(
                "DROP TABLE IF EXISTS foobar.test_account",
                "CREATE TABLE foobar.test_account (id INT PRIMARY KEY, amount INT NOT NULL)",
                "INSERT INTO foobar.test_account VALUES (1, 0), (2, 0)");
        DatabaseSettings settings = SettingsReader.read(
                        AppSettings.class, "database: {routers: ['" + server.address() + "']}", Map.of())
                .database();
        database = new Database(vertx, settings, new AppMetrics(new PrometheusRegistry()));
    }

    @AfterEach
    void close() {
        database.close().await();
        vertx.close().await();
        server.execute("DROP TABLE foobar.test_account");
    }

    @Test
    void repeatsTheTransactionThatTheServerGaveUp() {
        AtomicInteger runs = new AtomicInteger();
        Promise<Void> firstHolds = Promise.promise();
        Promise<Void> secondHolds = Promise.promise();
        Future<Void> one = transfer(1, 2, runs, firstHolds, secondHolds);
        Future<Void> two = transfer(2, 1, runs, secondHolds, firstHolds);
        one.await();
        two.await();

        assertThat(runs).hasValue(3);
        assertThat(server.value("SELECT GROUP_CONCAT(amount ORDER BY id) FROM foobar.test_account"))
                .isEqualTo("2,2");
    }

    @Test
    void undoesWhatAFailedFunctionWrote() {
        assertThatThrownBy(() -> database.session("")
                        .write(tx ->
                                tx.run(ADD, 1).compose(rows -> Future.failedFuture(new IllegalStateException("no"))))
                        .await())
                .hasMessage("no");
        assertThatThrownBy(() -> database.session("")
                        .write(tx -> {
                            throw new IllegalStateException("thrown");
                        })
                        .await())
                .hasMessage("thrown");
        assertThat(server.value("SELECT SUM(amount) FROM foobar.test_account")).isEqualTo("0");
        // The connections are whole.
        database.session("").write(tx -> tx.run(ADD, 1)).await();
        assertThat(server.value("SELECT SUM(amount) FROM foobar.test_account")).isEqualTo("1");
    }

    private Future<Void> transfer(int from, int to, AtomicInteger runs, Promise<Void> holds, Promise<Void> otherHolds) {
        return database.session("").write(tx -> {
            runs.incrementAndGet();
            return tx.run(ADD, from)
                    .onSuccess(rows -> holds.tryComplete())
                    .compose(rows -> otherHolds.future())
                    .compose(v -> tx.run(ADD, to))
                    .mapEmpty();
        });
    }
}
