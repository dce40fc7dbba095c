package com.foobar.deploy;

import static com.foobar.deploy.Who.AUTHOR;
import static com.foobar.deploy.Who.NOBODY;
import static com.foobar.deploy.Who.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.foobar.deploy.running.Databases;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.SharedStack;
import com.foobar.deploy.running.SiteClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A POST with an {@code Idempotency-Key} is carried out once, through whatever and however often it is sent, though the replicas are late. */
@ExtendWith(SharedStack.class)
class RepeatedWritesIT {
    /** Through each balancer: enough for each application server to get some, as good as certainly. */
    private static final int TIMES = 4;

    private final SiteClient client;
    private final Databases databases;
    private final Map<String, String> key =
            Map.of("Idempotency-Key", UUID.randomUUID().toString());

    RepeatedWritesIT(RunningStack stack, SiteClient client) {
        this.client = client;
        this.databases = new Databases(stack);
    }

    /** With what tells how often it was done. */
    static Stream<Arguments> posts() {
        return Stream.of(
                arguments(
                        Write.by(
                                AUTHOR,
                                "POST",
                                "/api/articles",
                                "{'article': {'title': 'Once {id}', 'description': 'd', 'body': 'b'}}"),
                        "articles WHERE title = 'Once {id}'"),
                arguments(
                        Write.by(
                                READER,
                                "POST",
                                "/api/articles/old-{id}/comments",
                                "{'comment': {'body': 'once-{id}'}}"),
                        "comments WHERE body = 'once-{id}'"),
                arguments(Write.by(NOBODY, "POST", "/api/users", """
                        {'user': {'username': 'once-{id}', 'email': 'once-{id}@example.com', 'password': 'long enough'}}"""), "users WHERE username = 'once-{id}'"));
    }

    @BeforeEach
    void delayReplicas() throws SQLException {
        databases.delayReplicas();
    }

    @AfterEach
    void letReplicasCatchUp() throws SQLException {
        databases.letReplicasCatchUp();
    }

    @ParameterizedTest
    @MethodSource("posts")
    void isDoneOnceWhereTheSecondComesThroughTheOtherBalancer(Write post, String done) throws Exception {
        Scene scene = new Scene(client);
        List<JsonNode> answers = new ArrayList<>();
        answers.add(created(scene.send("lb-1", post, key)));
        for (int i = 0; i < TIMES; i++) {
            answers.add(created(scene.send("lb-2", post, key)));
        }
        assertDoneOnce(scene, done, answers);
    }

    @ParameterizedTest
    @MethodSource("posts")
    void isDoneOnceWhereSeveralComeThroughBothBalancersAtTheSameTime(Write post, String done) throws Exception {
        Scene scene = new Scene(client);
        List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            pending.add(scene.send("lb-1", post, key));
            pending.add(scene.send("lb-2", post, key));
        }
        List<JsonNode> answers = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> answer : pending) {
            answers.add(created(answer));
        }
        assertDoneOnce(scene, done, answers);
    }

    private void assertDoneOnce(Scene scene, String done, List<JsonNode> answers) throws SQLException {
        assertThat(answers.stream().distinct()).hasSize(1);
        assertThat(databases.number("db-1", scene.fill("SELECT COUNT(*) FROM foobar." + done)))
                .isOne();
    }

    /** But for the token, which tells when it was made. */
    private static JsonNode created(CompletableFuture<HttpResponse<String>> pending) throws IOException {
        JsonNode answer = SiteClient.json(pending.join(), 201);
        answer.findParents("token").forEach(user -> ((ObjectNode) user).remove("token"));
        return answer;
    }
}
