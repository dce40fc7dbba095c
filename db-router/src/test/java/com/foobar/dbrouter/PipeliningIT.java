package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.testing.MariaDbServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLAuthenticationPlugin;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.MySQLConnection;
import io.vertx.mysqlclient.MySQLException;
import io.vertx.mysqlclient.MySQLSetOption;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The Vert.x MySQL client, which sends commands before the answers to earlier ones have come. */
@OnBothDatabases
class PipeliningIT {
    private static Vertx vertx;
    private static RouterFixture router;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        TestedCluster.get()
                .primary()
                .execute(
                        "DROP TABLE IF EXISTS foobar.piped, foobar.piped_optional, foobar.piped_numbers",
                        "CREATE TABLE foobar.piped (id INT PRIMARY KEY, n INT)",
                        "CREATE TABLE foobar.piped_optional (n INT)",
                        "CREATE TABLE foobar.piped_numbers (n INT PRIMARY KEY)",
                        "INSERT INTO foobar.piped_numbers WITH RECURSIVE below (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM below"
                                + " WHERE n < 500) SELECT n FROM below");
        TestedCluster.get().awaitReplication();
        router = RouterFixture.startSharing(
                        TestedCluster.get().servers(), "read-index: {wait-limit: 5s}", "monitor: {timeout: 20s}")
                .ready();
    }

    @AfterAll
    static void stop() {
        router.close();
        run(vertx.close());
    }

    @Test
    void keepsOrderAndValuesOfMixedStatements() throws Exception {
        double onReplicas = readsOnReplicas();
        MySQLConnection connection = connect(options().setPipeliningLimit(64));
        run(connection.query("REPLACE INTO piped VALUES (1, 0)").execute());
        List<Future<RowSet<Row>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(connection
                    .query("SELECT " + i + ", n FROM piped WHERE id = 1")
                    .execute());
            answers.add(
                    connection.query("UPDATE piped SET n = n + 1 WHERE id = 1").execute());
            answers.add(connection
                    .preparedQuery("SELECT n, ? FROM piped WHERE id = 1")
                    .execute(Tuple.of(i)));
        }
        for (int i = 0; i < 100; i++) {
            Row before = run(answers.get(3 * i)).iterator().next();
            assertThat(before.getInteger(0)).isEqualTo(i);
            assertThat(before.getInteger(1)).isEqualTo(i);
            assertThat(run(answers.get(3 * i + 1)).rowCount()).isEqualTo(1);
            assertThat(run(answers.get(3 * i + 2)).iterator().next().getInteger(0))
                    .isEqualTo(i + 1);
        }
        run(connection.close());
        assertThat(readsOnReplicas() - onReplicas)
                .as("of 200, while the primary ran the changes between them")
                .isGreaterThan(100);
    }

    private static double readsOnReplicas() throws Exception {
        return SightIT.metric(router, "dbrouter_reads_total", "cause=\"reached\"")
                + SightIT.metric(router, "dbrouter_reads_total", "cause=\"waited\"");
    }

    @Test
    void runsPipelinedTransactionsInOrder() {
        MySQLConnection connection = connect(options().setPipeliningLimit(16));
        run(connection.query("REPLACE INTO piped VALUES (2, 0)").execute());
        List<Future<RowSet<Row>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(connection.query("BEGIN").execute());
            answers.add(
                    connection.query("UPDATE piped SET n = n + 1 WHERE id = 2").execute());
            answers.add(connection.query(i % 2 == 0 ? "COMMIT" : "ROLLBACK").execute());
            answers.add(connection.query("SELECT n FROM piped WHERE id = 2").execute());
        }
        for (int i = 0; i < 20; i++) {
            assertThat(run(answers.get(4 * i + 3)).iterator().next().getInteger(0))
                    .isEqualTo(i / 2 + 1);
        }
        run(connection.close());
    }

    @Test
    void runsBatches() {
        MySQLConnection connection = connect(options().setPipeliningLimit(8));
        List<Tuple> rows =
                IntStream.range(100, 300).mapToObj(i -> Tuple.of(i, 2 * i)).toList();
        RowSet<Row> result =
                run(connection.preparedQuery("REPLACE INTO piped VALUES (?, ?)").executeBatch(rows));
        int results = 0;
        for (RowSet<Row> one = result; one != null; one = one.next()) {
            results++;
        }
        assertThat(results).isEqualTo(200);
        assertThat(run(connection
                                .query("SELECT SUM(n) FROM piped WHERE id BETWEEN 100 AND 299")
                                .execute())
                        .iterator()
                        .next()
                        .getLong(0))
                .isEqualTo(IntStream.range(100, 300).mapToLong(i -> 2L * i).sum());
        run(connection.close());
    }

    @ParameterizedTest
    @EnumSource(
            value = MySQLAuthenticationPlugin.class,
            names = {"DEFAULT", "MYSQL_NATIVE_PASSWORD", "CACHING_SHA2_PASSWORD"})
    void acceptsTheRightPasswordOnly(MySQLAuthenticationPlugin plugin) {
        MySQLConnection connection = connect(options().setAuthenticationPlugin(plugin));
        assertThat(run(connection.query("SELECT 1").execute()).size()).isEqualTo(1);
        run(connection.close());
        for (MySQLConnectOptions wrong : List.of(
                options().setPassword("wrong"),
                options().setPassword(""),
                options().setUser("nobody"))) {
            assertThatThrownBy(() -> connect(wrong.setAuthenticationPlugin(plugin)))
                    .hasCauseInstanceOf(MySQLException.class)
                    .cause()
                    .hasMessageContaining("Access denied for user '" + wrong.getUser() + "'@'127.0.0.1'")
                    .extracting(e -> ((MySQLException) e).getErrorCode())
                    .isEqualTo(1045);
        }
    }

    @Test
    void answersTheOtherCommands() {
        MySQLConnection connection = connect(options());
        run(connection.ping());
        run(connection.specifySchema("information_schema"));
        run(connection.specifySchema("foobar"));
        assertThat(run(connection.getInternalStatistics())).isNotEmpty();
        assertThatThrownBy(() -> run(connection.debug()))
                .as("the server's answer to COM_DEBUG")
                .hasMessageContaining("Access denied; you need (at least one of) the SUPER privilege(s)");
        run(connection.setOption(MySQLSetOption.MYSQL_OPTION_MULTI_STATEMENTS_OFF));
        assertThatThrownBy(() -> run(connection.query("SELECT 1; SELECT 2").execute()))
                .hasMessageContaining("syntax");
        run(connection.setOption(MySQLSetOption.MYSQL_OPTION_MULTI_STATEMENTS_ON));
        run(connection.query("SELECT 1; SELECT 2").execute());
        run(connection.query("SET @z = 1").execute());
        run(connection.resetConnection());
        assertThat(run(connection.query("SELECT @z").execute())
                        .iterator()
                        .next()
                        .getValue(0))
                .isNull();
        run(connection.changeUser(new io.vertx.mysqlclient.MySQLAuthOptions()
                .setUser("root")
                .setPassword(MariaDbServer.PASSWORD)
                .setDatabase("foobar")));
        assertThat(run(connection.query("SELECT CURRENT_USER()").execute())
                        .iterator()
                        .next()
                        .getString(0))
                .startsWith("root");
        run(connection.close());
    }

    /** As mysqli does for begin_transaction() and multi_query(). */
    @Test
    void takesSeveralStatementsOrNotInATransactionToo() {
        String several = "UPDATE piped_optional SET n = n + 1; SELECT n FROM piped_optional";
        MySQLConnection connection = connect(options());
        run(connection.query("BEGIN").execute());
        run(connection.query("INSERT INTO piped_optional VALUES (1)").execute());
        run(connection.setOption(MySQLSetOption.MYSQL_OPTION_MULTI_STATEMENTS_OFF));
        assertThatThrownBy(() -> run(connection.query(several).execute())).hasMessageContaining("syntax");
        run(connection.setOption(MySQLSetOption.MYSQL_OPTION_MULTI_STATEMENTS_ON));
        assertThat(run(connection.query(several).execute())
                        .next()
                        .iterator()
                        .next()
                        .getInteger(0))
                .isEqualTo(2);
        run(connection.setOption(MySQLSetOption.MYSQL_OPTION_MULTI_STATEMENTS_OFF));
        run(connection.query("COMMIT").execute());
        run(connection.setOption(MySQLSetOption.MYSQL_OPTION_MULTI_STATEMENTS_ON));
        assertThat(run(connection.query(several).execute()).size())
                .as("not on the connection that takes one statement only")
                .isZero();
        run(connection.close());
    }

    @Test
    void looksForTheDatabaseOfWhoChangesTheUser() {
        MySQLConnection connection = connect(options());
        run(connection.query("SET @held = 1").execute());
        assertThatThrownBy(() -> run(connection.changeUser(new io.vertx.mysqlclient.MySQLAuthOptions()
                        .setUser("root")
                        .setPassword(MariaDbServer.PASSWORD)
                        .setDatabase("nowhere"))))
                .hasMessageContaining("Unknown database 'nowhere'");
    }

    @Test
    void keepsCursorsOfTheSameTextApart() {
        MySQLConnection connection = connect(options());
        String text = "SELECT n FROM piped_numbers WHERE n > ?";
        PreparedStatement first = run(connection.prepare(text));
        PreparedStatement second = run(connection.prepare(text));
        var low = first.cursor(Tuple.of(0));
        var high = second.cursor(Tuple.of(300));
        assertThat(run(low.read(2))).extracting(row -> row.getInteger(0)).containsExactly(1, 2);
        assertThat(run(high.read(2))).extracting(row -> row.getInteger(0)).containsExactly(301, 302);
        assertThat(run(low.read(2))).extracting(row -> row.getInteger(0)).containsExactly(3, 4);
        run(high.close());
        run(second.close());
        assertThat(run(low.read(1))).extracting(row -> row.getInteger(0)).containsExactly(5);
        run(low.close());
        run(first.close());
        run(connection.close());
    }

    @Test
    void readsByCursor() {
        MySQLConnection connection = connect(options());
        PreparedStatement statement = run(connection.prepare("SELECT n FROM piped_numbers WHERE n > ?"));
        var cursor = statement.cursor(Tuple.of(0));
        int rows = 0;
        do {
            rows += run(cursor.read(70)).size();
        } while (cursor.hasMore());
        assertThat(rows).isEqualTo(500);
        run(cursor.close());
        run(statement.close());
        assertThat(run(connection.query("SELECT 1").execute()).size()).isEqualTo(1);
        run(connection.close());
    }

    @Test
    void saysWhatIsWrongWithAStatementAndGoesOn() {
        MySQLConnection connection = connect(options().setPipeliningLimit(8));
        Future<RowSet<Row>> wrong = connection.query("SELEC 1").execute();
        Future<RowSet<Row>> right = connection.query("SELECT 1").execute();
        assertThatThrownBy(() -> run(wrong)).hasMessageContaining("You have an error in your SQL syntax");
        assertThat(run(right).size()).isEqualTo(1);
        run(connection.close());
    }

    private static MySQLConnectOptions options() {
        return new MySQLConnectOptions()
                .setHost("localhost")
                .setPort(router.port())
                .setUser(RouterFixture.USER)
                .setPassword(MariaDbServer.PASSWORD)
                .setDatabase(MariaDbServer.DATABASE);
    }

    private static MySQLConnection connect(MySQLConnectOptions options) {
        return run(MySQLConnection.connect(vertx, options));
    }

    private static <T> T run(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e;
        }
    }
}
