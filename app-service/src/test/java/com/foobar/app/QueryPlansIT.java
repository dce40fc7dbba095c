package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static com.foobar.app.ApiClient.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.testing.MariaDbServer;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What the database makes of every statement of this program when there are 100,000 articles. */
class QueryPlansIT {
    /** Sent only to a database without users, which has no plan worth looking at. */
    private static final Set<String> OF_SEEDING = Set.of("user-any", "user-adorn");

    private static final String[] CONTENT = {
        "INSERT INTO users (id, username, email, password_hash, created_at, updated_at)"
                + " SELECT seq, CONCAT('user', seq), CONCAT('user', seq, '@example.com'), 'x', NOW(6), NOW(6)"
                + " FROM seq_1_to_1000",
        // Of "password", by a cost that no instance here has.
        "UPDATE users SET password_hash = '$2a$05$Amq9AiWI7ASheCtttPPPyO8bwG1cKLxyjw3LqCXwaBVsIWjFqJfz.' WHERE id = 7",
        "INSERT INTO articles (id, slug, author_id, title, description, body, created_at, updated_at)"
                + " SELECT seq, CONCAT('article-', seq), 1 + seq % 1000, CONCAT('Article ', seq), 'About it',"
                + " REPEAT('x', 100), NOW(6) - INTERVAL 200000 - seq SECOND, NOW(6) FROM seq_1_to_100000",
        "INSERT INTO article_tags (article_id, tag) SELECT seq, CONCAT('topic', seq % 1000) FROM seq_1_to_100000",
        "INSERT INTO article_tags (article_id, tag) SELECT seq, CONCAT('tag', seq % 20) FROM seq_1_to_100000",
        "INSERT IGNORE INTO favorites (article_id, user_id, created_at)"
                + " SELECT 1 + seq * 31 % 100000, 1 + seq * 7 % 1000, NOW(6) FROM seq_1_to_100000",
        "INSERT IGNORE INTO follows (follower_id, followed_id, created_at)"
                + " SELECT 1 + seq % 1000, 1 + seq * 13 % 1000, NOW(6) FROM seq_1_to_20000",
        "INSERT INTO comments (article_id, author_id, body, created_at, updated_at)"
                + " SELECT seq, 1 + seq % 1000, 'Yes', NOW(6), NOW(6) FROM seq_1_to_100000",
        // Of users who come later, as many as each may have.
        "INSERT INTO idempotency_keys (user_id, key_hash, fingerprint, created_at)"
                + " SELECT 1001 + seq % 10, UNHEX(SHA2(seq, 256)), UNHEX(SHA2(seq, 256)), NOW(6) - INTERVAL seq SECOND"
                + " FROM seq_1_to_9000",
        "ANALYZE TABLE users, articles, article_tags, favorites, follows, comments, idempotency_keys"
    };

    private record Step(String statement, String table, String type, String key, String extra) {}

    @Test
    void useAnIndexForEveryTable() throws SQLException {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        try (MariaDbServer server = MariaDbServer.start(1, "--skip-ssl", "--log-output=TABLE", "--general-log=0");
                TestApp app = TestApp.on(server);
                Connection connection = server.connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("USE foobar");
            for (String statement : CONTENT) {
                sql.execute(statement);
            }
            sql.execute("SET GLOBAL general_log = 1");
            // Old keys are deleted when an instance starts.
            TestApp.on(server).close();
            useEverything(app.client());
            sql.execute("SET GLOBAL general_log = 0");

            assertThat(namesInUse(app)).containsAll(namesOfTheProgram());
            List<String> sent = sent(sql);
            assertThat(sent).hasSizeGreaterThan(40);
            assertThat(plan(sql, "SELECT id FROM articles WHERE title = 'Article 5'"))
                    .as("what has no index")
                    .extracting(Step::type)
                    .containsExactly("ALL");
            List<Step> steps = new ArrayList<>();
            for (String statement : sent) {
                steps.addAll(plan(sql, statement));
            }
            assertThat(steps).hasSizeGreaterThan(100).allSatisfy(step -> {
                assertThat(step.type()).as(step.toString()).isNotEqualTo("ALL");
                assertThat(step.key()).as(step.toString()).isNotNull();
            });
            // Of a user's keys those of a time are counted, off the index.
            assertThat(steps)
                    .filteredOn(step -> step.statement().contains("MIN(created_at)"))
                    .isNotEmpty()
                    .allSatisfy(step -> {
                        assertThat(step.key()).isEqualTo("ix_idempotency_keys_user");
                        assertThat(step.extra()).contains("Using index");
                    });
            // The newest articles are read off the index, not sorted out of all.
            assertThat(steps)
                    .filteredOn(step -> step.statement().contains("FROM articles c ORDER BY")
                            && step.table().equals("c"))
                    .isNotEmpty()
                    .allSatisfy(step -> {
                        assertThat(step.key()).isEqualTo("ix_articles_newest");
                        assertThat(step.extra()).doesNotContain("filesort", "temporary");
                    });
        }
    }

    private static void useEverything(ApiClient anonymous) {
        ApiClient one = anonymous.asNewUser();
        ApiClient other = anonymous.asNewUser();
        for (String email : List.of(one.username() + "@example.com", "user7@example.com")) {
            JsonObject login = new JsonObject().put("email", email).put("password", "password");
            anonymous.post("/api/users/login", new JsonObject().put("user", login));
        }
        anonymous.post("/api/users", user(one.username()));
        one.get("/api/user");
        one.put("/api/user", new JsonObject().put("user", new JsonObject().put("bio", "Reads")));
        one.get("/api/profiles/user7");
        one.send("POST", "/api/profiles/user7/follow", null);
        for (String author : List.of("", "&author=user8")) {
            for (String tag : List.of("", "&tag=tag7", "&tag=topic7")) {
                for (String reader : List.of("", "&favorited=user9")) {
                    one.get("/api/articles?limit=20" + author + tag + reader);
                    anonymous.get("/api/articles?limit=10&offset=50" + author + tag + reader);
                }
            }
        }
        one.get("/api/articles/feed");
        one.delete("/api/profiles/user7/follow");
        one.get("/api/tags");
        one.get("/api/infrastructure");

        String slug = one.write("Article 5", "b", "a");
        String path = "/api/articles/" + slug;
        one.put(path, article("Article 6", "c"));
        String moved = "/api/articles/" + one.write("Article 7", "d");
        other.get(moved);
        other.send("POST", moved + "/favorite", null);
        for (int i = 0; i < 2; i++) {
            other.send("POST", moved + "/favorite", null, "Idempotency-Key", "favorite-4711");
            other.send("POST", "/api/profiles/user7/follow", null, "Idempotency-Key", "follow-4711");
        }
        other.delete(moved + "/favorite");
        for (int i = 0; i < 2; i++) {
            other.send(
                    "POST", moved + "/comments", "{\"comment\":{\"body\":\"Yes\"}}", "Idempotency-Key", "comment-4711");
        }
        int comment = other.get(moved + "/comments")
                .json()
                .getJsonArray("comments")
                .getJsonObject(0)
                .getInteger("id");
        other.delete(moved + "/comments/" + comment);
        one.delete(moved);
    }

    private static Set<String> namesInUse(TestApp app) {
        Set<String> names = new HashSet<>();
        Matcher matcher = Pattern.compile("app_statement_duration_seconds_count\\{statement=\"([^\"]+)\"}")
                .matcher(new ApiClient(app.managementPort()).get("/metrics").text());
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    /** Every constant of the type, so that no statement is forgotten here. */
    private static Set<String> namesOfTheProgram() {
        Set<String> names = new HashSet<>();
        for (JavaClass owner : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("com.foobar.app")) {
            for (JavaField field : owner.getFields()) {
                if (field.getRawType().getSimpleName().equals("Sql")) {
                    names.add(name(field.reflect()));
                }
            }
        }
        names.removeAll(OF_SEEDING);
        // Sent by another instance.
        names.remove("idempotency-forget");
        assertThat(names).hasSizeGreaterThan(25);
        return names;
    }

    private static String name(Field field) {
        try {
            field.setAccessible(true);
            Object constant = field.get(null);
            return String.valueOf(constant.getClass().getMethod("name").invoke(constant));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(field.toString(), e);
        }
    }

    private static List<String> sent(Statement sql) throws SQLException {
        List<String> statements = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery("SELECT DISTINCT CONVERT(argument USING utf8mb4) FROM mysql.general_log"
                + " WHERE command_type = 'Execute' AND user_host LIKE 'foobar_app%'")) {
            while (rows.next()) {
                statements.add(rows.getString(1));
            }
        }
        return statements;
    }

    /** The tables that a statement reads; what it makes itself on the way is none. */
    private static List<Step> plan(Statement sql, String statement) throws SQLException {
        List<Step> steps = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery("EXPLAIN " + statement)) {
            while (rows.next()) {
                String table = rows.getString("table");
                boolean read = table != null
                        && !table.startsWith("<")
                        && !rows.getString("select_type").equals("INSERT");
                if (read) {
                    steps.add(new Step(
                            statement,
                            table,
                            String.valueOf(rows.getString("type")),
                            rows.getString("key"),
                            String.valueOf(rows.getString("Extra"))));
                }
            }
        }
        return steps;
    }
}
