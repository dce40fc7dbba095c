package com.foobar.dbrouter;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbCluster;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the management port tells of statements, sessions, servers and decisions. */
class SightIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static MariaDbCluster cluster;
    private static RouterFixture router;

    @BeforeAll
    static void start() throws SQLException {
        cluster = SharedCluster.get();
        router = RouterFixture.start(cluster.servers(), "read-index: {wait-limit: 5s}")
                .ready();
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE TABLE sight (id INT PRIMARY KEY, note VARCHAR(50))");
            statement.execute("INSERT INTO sight VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        }
    }

    @AfterAll
    static void stop() {
        router.close();
    }

    @Test
    void countsStatementsWithoutTheirValues() throws Exception {
        try (Connection connection = router.connect("useServerPrepStmts=true");
                Statement statement = connection.createStatement();
                PreparedStatement prepared =
                        connection.prepareStatement("SELECT note FROM sight WHERE id > ? AND note <> 'hidden-1'")) {
            for (int i = 0; i < 5; i++) {
                statement
                        .executeQuery("SELECT id, note FROM sight WHERE note <> 'hidden-" + i + "'")
                        .close();
                prepared.setInt(1, 1);
                prepared.executeQuery().close();
            }
            try {
                statement.execute("INSERT INTO sight VALUES (1, 'hidden-2')");
            } catch (SQLException e) {
                assertThat(e.getErrorCode()).isEqualTo(1062);
            }
        }

        String body = get("/digests", "application/json");
        assertThat(body).doesNotContain("hidden");
        JsonObject text = digest(body, "SELECT id, note FROM sight WHERE note <> ?");
        assertThat(text.getLong("count")).isEqualTo(5);
        assertThat(text.getLong("rows")).isEqualTo(15);
        assertThat(text.getLong("errors")).isZero();
        assertThat(text.getDouble("totalSeconds"))
                .isGreaterThanOrEqualTo(text.getDouble("maxSeconds"))
                .isPositive();
        long routed = 0;
        for (Object route : text.getJsonArray("routes")) {
            assertThat(((JsonObject) route).getString("reason")).isEqualTo("read");
            routed += ((JsonObject) route).getLong("count");
        }
        assertThat(routed).isEqualTo(5);
        JsonObject executed = digest(body, "SELECT note FROM sight WHERE id > ? AND note <> ?");
        assertThat(executed.getLong("count")).isEqualTo(5);
        assertThat(executed.getLong("rows")).isEqualTo(10);
        JsonObject failed = digest(body, "INSERT INTO sight VALUES (?, ...)");
        assertThat(failed.getLong("errors")).isEqualTo(1);
        assertThat(failed.getJsonArray("routes").getJsonObject(0).getString("server"))
                .isEqualTo("db-1");
    }

    @Test
    void showsSessionsAndWhatTheyKeepTheirConnectionFor() throws Exception {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            long id = number(statement, "SELECT CONNECTION_ID()");
            statement.execute("SET @secret = 'hidden-3'");
            statement.execute("BEGIN");
            statement.execute("UPDATE sight SET note = 'hidden-4' WHERE id = 2");

            String body = get("/sessions", "application/json");
            assertThat(body).doesNotContain("hidden");
            JsonObject session = session(body, id);
            assertThat(session.getString("user")).isEqualTo("foobar_app");
            assertThat(session.getString("database")).isEqualTo("foobar");
            assertThat(session.getString("consistency")).isEqualTo("strict");
            assertThat(session.getString("state")).isEqualTo("idle");
            assertThat(session.getString("serverConnection")).startsWith("db-1 connection ");
            assertThat(session.getJsonArray("keptFor")).contains("user_variable", "transaction");
            statement.execute("ROLLBACK");
        }
    }

    @Test
    void showsWhichProgramASessionIsOf() throws Exception {
        try (Connection connection = router.connect("connectionAttributes=program_name:monthly-report");
                Statement statement = connection.createStatement()) {
            JsonObject session =
                    session(get("/sessions", "application/json"), number(statement, "SELECT CONNECTION_ID()"));
            assertThat(session.getString("program")).isEqualTo("monthly-report");
            assertThat(session.getBoolean("tls")).isFalse();
        }
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            JsonObject session =
                    session(get("/sessions", "application/json"), number(statement, "SELECT CONNECTION_ID()"));
            assertThat(session.getString("program")).isEqualTo("MariaDB Connector/J");
        }
    }

    @Test
    void showsWhatASessionRuns() throws Exception {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            long id = number(statement, "SELECT CONNECTION_ID()");
            Thread sleeper = new Thread(() -> {
                try {
                    statement.execute("SELECT SLEEP(20), 'hidden-5'");
                } catch (SQLException e) {
                    // It is cancelled.
                }
            });
            sleeper.start();
            Awaitility.await().untilAsserted(() -> {
                JsonObject session = session(get("/sessions", "application/json"), id);
                assertThat(session.getString("state")).isEqualTo("running");
                assertThat(session.getString("statement")).isEqualTo("SELECT SLEEP(?), ?");
            });
            statement.cancel();
            sleeper.join(20_000);
        }
    }

    @Test
    void explainsWhereAStatementGoes() throws Exception {
        String statement = "SELECT note FROM sight WHERE id = 7";
        // The replicas are those of other tests as well, some of which stop them.
        Awaitility.await().untilAsserted(() -> assertThat(
                        server(route(statement, "text/plain"), "db-2").getBoolean("mayAnswer"))
                .isTrue());
        JsonObject read = route(statement, "text/plain");
        assertThat(read.getString("statement")).isEqualTo("SELECT note FROM sight WHERE id = ?");
        assertThat(read.getString("kind")).isEqualTo("read");
        assertThat(read.getString("goesTo")).isEqualTo("a replica that may answer it, else the primary");
        assertThat(read.getString("consistency")).isEqualTo("strict");
        assertThat(server(read, "db-1").getString("why")).startsWith("is the primary");

        assertThat(route("SELECT GET_LOCK('x', 1)", "text/plain").getString("reason"))
                .isEqualTo("named_lock");
        assertThat(route(
                                new JsonObject()
                                        .put("statement", "SELECT 1")
                                        .put("inTransaction", true)
                                        .encode(),
                                "application/json")
                        .getString("goesTo"))
                .isEqualTo("the session's own connection");
        for (String settings : List.of("SET NAMES utf8mb4", "USE foobar", "SELECT @@session.sql_mode")) {
            assertThat(route(settings, "text/plain").getString("goesTo"))
                    .isEqualTo("the primary; while there is none, a replica may");
            assertThat(route("/* router:primary */ " + settings, "text/plain").getString("goesTo"))
                    .isEqualTo("the primary, by its hint");
        }
        assertThat(route("SET autocommit=0", "text/plain").getString("goesTo")).isEqualTo("the primary");
        assertThat(route("/* router:consistency=eventual */ SELECT note FROM sight", "text/plain")
                        .getString("consistency"))
                .isEqualTo("eventual");
        assertThat(post("/route", "{\"statment\": \"SELECT 1\"}", "application/json")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/route", "", "text/plain").statusCode()).isEqualTo(400);
    }

    @Test
    void explainsWhyAReplicaMayNotAnswer() throws Exception {
        cluster.stopApplying(0);
        try {
            Awaitility.await().untilAsserted(() -> {
                JsonObject replica = server(route("SELECT note FROM sight", "text/plain"), "db-2");
                assertThat(replica.getBoolean("mayAnswer")).isFalse();
                assertThat(replica.getString("why")).contains("applies nothing").contains("applier stopped");
            });
            cluster.primary()
                    .execute(
                            "UPDATE foobar.sight SET note = 'x' WHERE id = 3",
                            "UPDATE foobar.sight SET note = 'y' WHERE id = 3");
            Awaitility.await().untilAsserted(() -> {
                JsonArray servers = new JsonObject(get("/topology", "application/json")).getJsonArray("servers");
                assertThat(servers.getJsonObject(1).getLong("lagTransactions")).isGreaterThanOrEqualTo(2);
                assertThat(servers.getJsonObject(2).getLong("lagTransactions")).isZero();
            });
        } finally {
            cluster.startApplying(0);
            cluster.awaitReplication();
        }
    }

    @Test
    void answersBrowsersWithTables() throws Exception {
        for (String path : List.of("/topology", "/pools", "/digests", "/sessions")) {
            String page = get(path, "text/html,application/xhtml+xml");
            assertThat(page).startsWith("<!doctype html>").contains("<table>").doesNotContain("<script");
        }
    }

    @Test
    void documentsEveryMetric() throws Exception {
        try (Connection connection = router.connect();
                Statement statement = connection.createStatement()) {
            assertThat(number(statement, "SELECT COUNT(*) FROM sight")).isEqualTo(3);
        }
        String documents = Files.readString(Path.of("..", "docs", "db-router.md"));
        List<String> names = get("/metrics", "text/plain")
                .lines()
                .filter(line -> line.startsWith("# TYPE dbrouter_"))
                .map(line -> line.split(" ")[2])
                .toList();
        assertThat(names)
                .contains(
                        "dbrouter_reads_total",
                        "dbrouter_statements_total",
                        "dbrouter_clients_per_connection",
                        "dbrouter_server_lag_transactions")
                .allSatisfy(name -> assertThat(documents).contains("`" + name));
    }

    /** The value of a metric without labels. */
    static double metric(RouterFixture of, String name) throws IOException, InterruptedException {
        return samples(of)
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(SightIT::value)
                .findFirst()
                .orElseThrow();
    }

    /** The sum of a metric over all that has the label, such as {@code role="replica"}. */
    static double metric(RouterFixture of, String name, String label) throws IOException, InterruptedException {
        return samples(of)
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(SightIT::value)
                .sum();
    }

    /** A page of the management port. */
    static JsonObject page(RouterFixture of, String path) throws IOException, InterruptedException {
        return new JsonObject(HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + of.managementPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private static Stream<String> samples(RouterFixture of) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + of.managementPort() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .lines();
    }

    private static double value(String sample) {
        return Double.parseDouble(sample.substring(sample.lastIndexOf(' ') + 1));
    }

    private static JsonObject digest(String body, String statement) {
        return find(new JsonObject(body).getJsonArray("digests"), "statement", statement);
    }

    private static JsonObject session(String body, long id) {
        return find(new JsonObject(body).getJsonArray("sessions"), "id", (int) id);
    }

    private static JsonObject server(JsonObject route, String name) {
        return find(route.getJsonArray("servers"), "server", name);
    }

    private static JsonObject find(JsonArray list, String key, Object value) {
        for (Object one : list) {
            if (value.equals(((JsonObject) one).getValue(key))) {
                return (JsonObject) one;
            }
        }
        throw new AssertionError("no " + key + " " + value + " in " + list.encodePrettily());
    }

    private static JsonObject route(String body, String type) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/route", body, type);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static HttpResponse<String> post(String path, String body, String type)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String get(String path, String accept) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(uri(path)).header("Accept", accept).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static URI uri(String path) {
        return URI.create("http://localhost:" + router.managementPort() + path);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
