package com.foobar.app;

import static com.foobar.app.ApiClient.article;
import static com.foobar.app.ApiClient.user;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a database makes of every statement of this program when there are 100,000 articles. */
final class QueryPlans {
    /** Sent only to a database without users, which has no plan worth looking at. */
    private static final String OF_SEEDING = "user-adorn";

    /** Sent by another instance than the one that is asked for everything else. */
    private static final Set<String> AT_START = Set.of("idempotency-forget", "user-any");

    private static final String ANY_USER = "SELECT id FROM users LIMIT 1 FOR UPDATE";

    private QueryPlans() {}

    /**
     * Fails where a statement reads a table without an index, or one was not looked at.
     *
     * @param address of a server with the database {@code foobar}, empty, which this fills
     */
    static void check(String address, Connection root) throws SQLException {
        try (TestApp app = start(address, false);
                Statement sql = root.createStatement()) {
            sql.execute("USE foobar");
            ManyArticles.load(sql);
            SentStatements.record(sql);
            try (TestApp starting = start(address, true)) {
                await("old keys are deleted, and users looked for, when an instance starts")
                        .until(() -> namesInUse(starting).containsAll(AT_START));
            }
            useEverything(app.client());
            List<String> sent = SentStatements.take(sql);
            assertThat(namesInUse(app)).containsAll(namesOfTheProgram());

            List<PlanStep> steps = new ArrayList<>();
            for (String statement : sent) {
                List<PlanStep> plan = PlanStep.of(statement, sql);
                if (!statement.matches("(?s)INSERT INTO \\w+ \\([^)]+\\) VALUES .*|.*SELECT .*@@.*")) {
                    assertThat(plan).as(statement).isNotEmpty();
                }
                steps.addAll(plan);
            }
            checkThatNothingIsLeftOut(steps);
            checkThatIndexesAreUsed(steps);
            assertThat(PlanStep.of("SELECT id FROM articles WHERE title = 'Article 5'", sql))
                    .as("what has no index")
                    .extracting(PlanStep::type)
                    .containsExactly("ALL");
        }
    }

    private static TestApp start(String address, boolean seed) {
        TestApp app = TestApp.start("  routers: ['" + address + "']\n  seed: " + seed + "\n");
        app.awaitReady();
        return app;
    }

    /** Of rows that are not there a plan says nothing; so each part of a statement has to find some, with one of its values. */
    private static void checkThatNothingIsLeftOut(List<PlanStep> steps) {
        Map<String, List<PlanStep>> parts = steps.stream()
                .collect(groupingBy(step -> step.part() + " of " + SentStatements.withoutValues(step.statement())));
        assertThat(parts)
                .hasSizeGreaterThan(80)
                .allSatisfy((part, plans) -> assertThat(plans).as(part).anyMatch(step -> step.table() != null));
    }

    private static void checkThatIndexesAreUsed(List<PlanStep> steps) {
        assertThat(steps).filteredOn(step -> step.table() != null).allSatisfy(step -> {
            assertThat(step.type()).as(step.toString()).isNotEqualTo("ALL");
            assertThat(step.key()).as(step.toString()).isNotNull();
            assertThat(step.extra()).as(step.toString()).doesNotContain("join buffer");
        });
        // The list of all articles reads an index from its end on, up to the page, or all of it, to count them. Whether
        // there is any
        // user the first entry of an index tells.
        assertThat(steps)
                .filteredOn(
                        step -> "index".equals(step.type()) && !step.statement().equals(ANY_USER))
                .allSatisfy(step -> {
                    assertThat(step.statement())
                            .matches(".*FROM articles c ORDER BY .*|SELECT COUNT\\(\\*\\) AS total FROM articles c");
                    assertThat(step.table()).isEqualTo("c");
                    assertThat(step.extra()).contains("Using index");
                });
        // The newest articles are read off the index, not sorted out of all.
        assertThat(steps)
                .filteredOn(isOf("FROM articles c ORDER BY", "c"))
                .isNotEmpty()
                .allSatisfy(step -> {
                    assertThat(step.key()).isEqualTo("ix_articles_newest");
                    assertThat(step.extra()).contains("Using index").doesNotContain("filesort", "temporary");
                });
        // Of a user's keys those of a time are counted, off the index.
        assertThat(steps)
                .filteredOn(isOf("MIN(created_at)", "idempotency_keys"))
                .isNotEmpty()
                .allSatisfy(step -> {
                    assertThat(step.key()).isEqualTo("ix_idempotency_keys_user");
                    assertThat(step.extra()).contains("Using index");
                });
        // One look into the index for each tag, however many articles have it.
        assertThat(steps)
                .filteredOn(isOf("FROM article_tags GROUP BY", "article_tags"))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.extra()).contains("Using index for group-by"));
    }

    private static Predicate<PlanStep> isOf(String text, String table) {
        return step -> step.statement().contains(text) && table.equals(step.table());
    }

    /** Sends every statement at least once such that the rows it asks for are still there afterwards. */
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
        for (ApiClient reader : List.of(one, other)) {
            for (String author : List.of("user7", one.username(), other.username())) {
                reader.send("POST", "/api/profiles/" + author + "/follow", null);
            }
        }
        one.get("/api/profiles/user7");
        one.delete("/api/profiles/user8/follow");
        for (String author : List.of("", "&author=user8")) {
            for (String tag : List.of("", "&tag=tag7", "&tag=topic7")) {
                for (String reader : List.of("", "&favorited=user9")) {
                    one.get("/api/articles?limit=20" + author + tag + reader);
                    for (int offset : new int[] {50, 2_000, 99_000}) {
                        anonymous.get("/api/articles?limit=10&offset=" + offset + author + tag + reader);
                    }
                }
            }
        }
        one.get("/api/articles/feed");
        one.get("/api/articles/feed?offset=2000");
        one.get("/api/tags");
        one.get("/api/infrastructure");

        one.delete("/api/articles/" + one.write("Article 5", "b", "a"));
        String path = "/api/articles/" + one.write("Article 7", "d");
        one.put(path, article("Article 7", "e"));
        other.get(path);
        other.send("POST", path + "/favorite", null);
        other.delete(path + "/favorite");
        int comment = 0;
        for (int i = 0; i < 2; i++) {
            other.send("POST", path + "/favorite", null, "Idempotency-Key", "favorite-4711");
            other.send("POST", "/api/profiles/user7/follow", null, "Idempotency-Key", "follow-4711");
            comment = comment(other, path, "Yes", "Idempotency-Key", "comment-4711");
        }
        one.get("/api/articles/article-5/comments");
        // It stays, as it is somebody else's.
        one.delete(path + "/comments/" + comment);
        other.delete(path + "/comments/" + comment(other, path, "No"));
    }

    /** Writes a comment, and returns its number. */
    private static int comment(ApiClient author, String article, String body, String... fields) {
        JsonObject comment = new JsonObject().put("comment", new JsonObject().put("body", body));
        return author.send("POST", article + "/comments", comment.encode(), fields)
                .object("comment")
                .getInteger("id");
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
        names.remove(OF_SEEDING);
        names.removeAll(AT_START);
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
}
