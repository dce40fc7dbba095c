package com.foobar.app.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.foobar.app.config.AppSettings;
import com.foobar.app.config.DatabaseSettings;
import com.foobar.app.metrics.AppMetrics;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.kit.testing.DatabaseServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

@ExtendWith(com.foobar.app.SharedDatabase.class)
class SlowStatementIT {
    private static final Sql SLOW = new Sql("test-slow", "SELECT SLEEP(2.1), ?");
    private static final Sql FAILING = new Sql("test-failing", "SELECT SLEEP(2.1), (SELECT 1 UNION SELECT ?)");
    private static final Sql FAST = new Sql("test-fast", "SELECT ?");

    private static final Sql INSERT = new Sql("test-insert", "INSERT INTO slow VALUES (?)");
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(Statements.class);

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Vertx vertx = Vertx.vertx();
    private Database database;
    private DbSession session;

    @BeforeEach
    void start(DatabaseServer server) {
        lines.start();
        LOGGER.addAppender(lines);
        DatabaseSettings settings = SettingsReader.read(
                        AppSettings.class,
                        "database: {routers: ['" + server.address() + "'], slow-statement: 2s}",
                        Map.of())
                .database();
        database = new Database(vertx, settings, new AppMetrics(new PrometheusRegistry()));
        session = database.session("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @AfterEach
    void stop() {
        LOGGER.detachAppender(lines);
        database.close().await();
        vertx.close().await();
    }

    @Test
    void isLoggedByItsDigestWithoutItsValues() {
        session.read(db -> db.run(SLOW, "somebody's secret")).await();
        session.read(db -> db.run(FAST, "somebody's secret")).await();
        assertThatThrownBy(() ->
                        session.read(db -> db.run(FAILING, "somebody's secret")).await())
                .isNotNull();

        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).anySatisfy(line -> assertThat(line)
                .matches("slow statement test-slow \\(digest [0-9a-f]{16}\\): \\d+ ms, 1 rows,"
                        + " trace 4bf92f3577b34da6a3ce929d0e0e4736: SELECT SLEEP\\(2\\.1\\), \\?"));
        assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage).anySatisfy(line -> assertThat(line)
                .matches("slow statement test-failing \\(digest [0-9a-f]{16}\\): \\d+ ms, failed: 1242,"
                        + " trace 4bf92f3577b34da6a3ce929d0e0e4736: SELECT .*"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(line -> line.contains("secret") || line.contains("test-fast"));
    }

    /** It waits for the disk, and for a replica to have the transaction. */
    @Test
    void theEndOfATransactionIsOneToo(DatabaseServer server) throws Exception {
        server.execute("DROP TABLE IF EXISTS foobar.slow", "CREATE TABLE foobar.slow (n INT)");
        try (Connection blocker = server.connectAsRoot();
                Statement lock = blocker.createStatement()) {
            session.write(db -> db.run(INSERT, 1)
                            .compose(inserted -> vertx.executeBlocking(() -> {
                                lock.execute("FLUSH TABLES WITH READ LOCK");
                                vertx.timer(2100, TimeUnit.MILLISECONDS)
                                        .compose(later -> vertx.executeBlocking(() -> lock.execute("UNLOCK TABLES")));
                                return inserted;
                            })))
                    .await();
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("trace 4bf92f3577b34da6a3ce929d0e0e4736"))
                .singleElement()
                .asString()
                .matches("slow statement commit \\(digest [0-9a-f]{16}\\): \\d+ ms, done,"
                        + " trace 4bf92f3577b34da6a3ce929d0e0e4736: COMMIT");
    }
}
