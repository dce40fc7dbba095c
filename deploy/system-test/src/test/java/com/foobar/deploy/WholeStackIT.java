package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.foobar.deploy.running.Databases;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The request path through every tier, by HTTPS from outside. */
@ExtendWith(SharedStack.class)
class WholeStackIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String COUNTER =
            "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = '%s'";

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void servesTheSiteByBothVersionsOfHttp(HttpClient.Version version, RunningStack stack) throws Exception {
        SiteClient client = new SiteClient(stack, version);
        for (String balancer : new String[] {"lb-1", "lb-2"}) {
            HttpResponse<String> home = client.get(balancer, "/");
            assertThat(home.version()).isEqualTo(version);
            assertThat(home.statusCode()).isEqualTo(200);
            assertThat(home.headers().firstValue("content-type").orElse("")).startsWith("text/html");
            assertThat(home.body()).containsIgnoringCase("<!doctype html>");
        }
    }

    @Test
    void sendsPlainHttpToHttps(RunningStack stack) throws Exception {
        URI plain = URI.create("http://localhost:" + stack.ports().redirect("lb-1") + "/login?next=1");

        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(HttpRequest.newBuilder(plain).build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(308);
        assertThat(answer.headers().firstValue("location"))
                .contains(stack.site("lb-1").resolve("/login?next=1").toString());
    }

    @Test
    void homePageHasSomethingToRead(SiteClient client) throws Exception {
        JsonNode articles = SiteClient.json(client.get("lb-1", "/api/articles"), 200);
        assertThat(articles.at("/articlesCount").asInt()).isPositive();
        assertThat(SiteClient.json(client.get("lb-2", "/api/tags"), 200).at("/tags"))
                .isNotEmpty();
    }

    @Test
    void letsPeopleRegisterLogInPublishReadCommentAndDelete(SiteClient client) throws Exception {
        String name = name();
        client.register("lb-1", name);
        Map<String, Object> login = Map.of("email", name + "@example.com", "password", "long enough");
        String token = SiteClient.json(
                        client.send("POST", "lb-2", "/api/users/login", null, Map.of("user", login)), 200)
                .at("/user/token")
                .asText();
        assertThat(SiteClient.json(client.send("GET", "lb-1", "/api/user", token, null), 200)
                        .at("/user/username")
                        .asText())
                .isEqualTo(name);

        String slug = client.publish("lb-1", token, "Über " + name);
        JsonNode read = SiteClient.json(client.get("lb-2", "/api/articles/" + slug), 200);
        assertThat(read.at("/article/title").asText()).isEqualTo("Über " + name);
        assertThat(read.at("/article/author/username").asText()).isEqualTo(name);

        Map<String, Object> comment = Map.of("comment", Map.of("body", "Well said. 👏"));
        SiteClient.json(client.send("POST", "lb-2", "/api/articles/" + slug + "/comments", token, comment), 201);
        assertThat(SiteClient.json(client.get("lb-1", "/api/articles/" + slug + "/comments"), 200)
                        .at("/comments/0/body")
                        .asText())
                .isEqualTo("Well said. 👏");

        assertThat(client.send("DELETE", "lb-1", "/api/articles/" + slug, token, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(client.get("lb-2", "/api/articles/" + slug).statusCode()).isEqualTo(404);
    }

    @Test
    void anonymousReadThroughTheOtherBalancerSeesEveryWriteAtOnce(SiteClient client) throws Exception {
        String token = client.register("lb-1", name());
        for (int i = 0; i < 50; i++) {
            String written = i % 2 == 0 ? "lb-1" : "lb-2";
            String read = i % 2 == 0 ? "lb-2" : "lb-1";
            String slug = client.publish(written, token, name());
            assertThat(client.get(read, "/api/articles/" + slug).statusCode())
                    .as("read %d of what was just written", i)
                    .isEqualTo(200);
        }
    }

    @Test
    void requestIdIsInTheAccessLogOfEveryTier(RunningStack stack, SiteClient client) throws Exception {
        String id = "test-" + UUID.randomUUID();

        HttpResponse<String> answer = client.get("lb-1", "/api/tags", Map.of("X-Request-Id", id));

        assertThat(answer.statusCode()).isEqualTo(200);
        for (String tier : new String[] {"lb", "web", "app"}) {
            await(tier)
                    .atMost(LIMIT)
                    .until(() -> Files.readString(stack.log(tier + "-1")).contains(id)
                            || Files.readString(stack.log(tier + "-2")).contains(id));
        }
    }

    @Test
    void writesAreCountedOnThePrimaryAndReadsOnTheReplicas(RunningStack stack, SiteClient client) throws Exception {
        Databases databases = new Databases(stack);
        String token = client.register("lb-1", name());
        Map<String, Map<String, Long>> before = counters(databases);
        String slug = client.publish("lb-1", token, name());
        assertThat(grown(before, counters(databases), "db-1", "Com_insert")).isPositive();

        // A replica that has not applied the article yet must not answer for it: that is another test's business.
        databases.awaitReplication();
        for (String router : List.of("db-router-1", "db-router-2")) {
            for (String replica : List.of("db-2", "db-3")) {
                await(router + " uses " + replica)
                        .atMost(LIMIT)
                        .until(() -> client.hasMetric(
                                router, "dbrouter_server_answers_reads{server=\"" + replica + "\"} 1.0"));
            }
        }
        before = counters(databases);
        for (int i = 0; i < 100; i++) {
            assertThat(client.get("lb-2", "/api/articles/" + slug).statusCode()).isEqualTo(200);
        }

        Map<String, Map<String, Long>> after = counters(databases);
        for (String replica : List.of("db-2", "db-3")) {
            // Replicated writes count as Com_insert here too, but none was made here: all are of server 1.
            assertThat(databases.text(replica, "SELECT @@global.gtid_binlog_state"))
                    .matches("0-1-\\d+");
            assertThat(grown(before, after, replica, "Com_select")).isGreaterThan(20);
            assertThat(grown(before, after, replica, "Handler_read_key")).isGreaterThan(20);
        }
        assertThat(grown(before, after, "db-2", "Handler_read_key") + grown(before, after, "db-3", "Handler_read_key"))
                .isGreaterThanOrEqualTo(100);
        assertThat(grown(before, after, "db-1", "Handler_read_key")).isLessThan(50);
    }

    @Test
    void everyServiceTellsItsMetricsAndItsNeighbours(SiteClient client) throws Exception {
        for (String instance :
                new String[] {"lb-1", "lb-2", "web-1", "web-2", "app-1", "app-2", "db-router-1", "db-router-2"}) {
            assertThat(client.management(instance, "/metrics")).contains("jvm_memory_used_bytes");
            assertThat(client.management(instance, "/info")).contains(instance);
            assertThat(client.management(instance, "/health/live")).isNotNull();
        }
    }

    /**
     * By server, then by name. Rows looked up by a key tell the application's reads from the questions about positions that
     * routers ask all servers, which are SELECTs as well but read no table.
     */
    private static Map<String, Map<String, Long>> counters(Databases databases) throws SQLException {
        Map<String, Map<String, Long>> counters = new HashMap<>();
        for (String server : List.of("db-1", "db-2", "db-3")) {
            for (String name : List.of("Com_insert", "Com_select", "Handler_read_key")) {
                counters.computeIfAbsent(server, key -> new HashMap<>())
                        .put(name, databases.number(server, COUNTER.formatted(name)));
            }
        }
        return counters;
    }

    private static long grown(
            Map<String, Map<String, Long>> before, Map<String, Map<String, Long>> after, String server, String name) {
        return Objects.requireNonNull(after.get(server)).get(name)
                - Objects.requireNonNull(before.get(server)).get(name);
    }

    private static String name() {
        return "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }
}
