package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.Databases;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Anybody sees every write that was answered before, through any balancer, application server and router, though the replicas are late. */
@ExtendWith(SharedStack.class)
class LateReplicasIT {
    private static final int ROUNDS = 5;
    /** So that each of two web servers, application servers and routers is asked, as good as certainly. */
    private static final int READS = 8;

    private final SiteClient client;
    private final Databases databases;

    LateReplicasIT(RunningStack stack, SiteClient client) {
        this.client = client;
        this.databases = new Databases(stack);
    }

    @BeforeEach
    void delayReplicas() throws SQLException {
        delay("db-2", 1);
        delay("db-3", 5);
    }

    @AfterEach
    void letReplicasCatchUp() throws SQLException {
        delay("db-2", 0);
        delay("db-3", 0);
        databases.awaitReplication();
    }

    private void delay(String replica, int seconds) throws SQLException {
        databases.execute(replica, "STOP SLAVE");
        databases.execute(replica, "CHANGE MASTER TO MASTER_DELAY=" + seconds);
        databases.execute(replica, "START SLAVE");
    }

    @Test
    void everyKindOfReadSeesWhatWasJustWritten() throws Exception {
        String author = name();
        String token = client.register("lb-1", author);
        for (int round = 0; round < ROUNDS; round++) {
            String writer = round % 2 == 0 ? "lb-1" : "lb-2";
            String reader = round % 2 == 0 ? "lb-2" : "lb-1";
            String tag = name();
            Map<String, Object> article =
                    Map.of("title", name(), "description", "as it was", "body", "Words.", "tagList", List.of(tag));
            String slug = SiteClient.json(
                            client.send("POST", writer, "/api/articles", token, Map.of("article", article)), 201)
                    .at("/article/slug")
                    .asText();
            String path = "/api/articles/" + slug;
            assertThat(databases.number("db-3", "SELECT COUNT(*) FROM foobar.articles WHERE slug = '" + slug + "'"))
                    .as("the replica has it, so that nothing is shown")
                    .isZero();
            sees(reader, path, slug);
            sees(reader, "/api/articles", slug);
            sees(reader, "/api/articles?tag=" + tag, slug);
            sees(reader, "/api/articles?author=" + author, slug);
            sees(reader, "/api/tags", tag);

            write("POST", writer, path + "/comments", token, Map.of("comment", Map.of("body", "says " + tag)));
            sees(reader, path + "/comments", "says " + tag);
            write("POST", writer, path + "/favorite", token, null);
            sees(reader, path, "\"favoritesCount\":1");
            sees(reader, "/api/articles?favorited=" + author, slug);
            write("PUT", writer, path, token, Map.of("article", Map.of("description", "now " + tag)));
            sees(reader, path, "now " + tag);
            write("PUT", writer, "/api/user", token, Map.of("user", Map.of("bio", "is " + tag)));
            sees(reader, "/api/profiles/" + author, "is " + tag);
            write("DELETE", writer, path, token, null);
            for (int i = 0; i < READS; i++) {
                assertThat(client.get(reader, path).statusCode()).isEqualTo(404);
            }
        }
    }

    private void write(String method, String balancer, String path, String token, @Nullable Object body)
            throws IOException, InterruptedException {
        assertThat(client.send(method, balancer, path, token, body).statusCode())
                .as(method + " " + path)
                .isBetween(200, 204);
    }

    private void sees(String balancer, String path, String what) throws IOException, InterruptedException {
        for (int i = 0; i < READS; i++) {
            HttpResponse<String> answer = client.get(balancer, path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(answer.body()).as(path).contains(what);
        }
    }

    private static String name() {
        return "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }
}
