package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Reads of one event loop whose database answers when the test says so, and writes through another instance meanwhile. */
@ExtendWith(SharedDatabase.class)
class SharedReadsIT {
    private static final int MANY = 48;

    private final DatabaseServer database;
    private final ApiClient writer;

    private TcpRelay relay;
    private TestApp app;
    private ApiClient anonymous;
    private String article;

    SharedReadsIT(TestApp other, DatabaseServer database) {
        this.database = database;
        this.writer = other.client().asNewUser();
    }

    @BeforeEach
    void startInstance() {
        relay = TcpRelay.to(database);
        app = TestApp.start(
                "event-loops: 1, shared-read-wait: 10s",
                "  routers: ['" + relay.address() + "']\n  connect-timeout: 30s\n");
        app.awaitReady();
        anonymous = app.client();
        article = "/api/articles/" + writer.write(ApiClient.unique("Shared"));
        describe("as it was");
        // So that the next read has its statement prepared, and is a single question to the database.
        assertThat(anonymous.get(article).status()).isEqualTo(200);
    }

    @AfterEach
    void stopInstance() {
        relay.release();
        app.close();
        relay.close();
    }

    @Test
    void showsWhatWasWrittenWhileTheSameReadWasUnderWay() {
        CompletableFuture<Answer> before = readThatTheDatabaseHasAnswered("as it was");
        describe("as it is");
        CompletableFuture<Answer> after = send(anonymous);
        awaitInFlight(2);
        relay.release();

        assertThat(description(before)).isEqualTo("as it was");
        assertThat(description(after)).isEqualTo("as it is");
    }

    @Test
    void asksTheDatabaseOnceForAllWhoWait() {
        CompletableFuture<Answer> first = readThatTheDatabaseHasAnswered("as it was");
        long before = database.status("Com_stmt_execute");
        double shared = shared();
        List<CompletableFuture<Answer>> others = IntStream.range(0, MANY)
                .mapToObj(i -> i % 2 == 0
                        ? send(anonymous)
                        : anonymous.sendAsync("GET", article, null, "If-None-Match", "W/\"another\""))
                .toList();
        awaitInFlight(1 + MANY);
        relay.release();

        assertThat(others).allSatisfy(other -> {
            assertThat(other.join().text()).isEqualTo(first.join().text());
            assertThat(tag(other)).isEqualTo(tag(first));
        });
        assertThat(database.status("Com_stmt_execute") - before).isEqualTo(1);
        assertThat(shared() - shared).isEqualTo(MANY - 1);
    }

    @Test
    void sharesNothingBetweenUsers() {
        ApiClient friend = writer.asNewUser();
        assertThat(friend.send("POST", article + "/favorite", null).status()).isEqualTo(200);
        ApiClient stranger = writer.asNewUser();
        List<ApiClient> viewers = List.of(friend.at(app), stranger.at(app), anonymous);

        readThatTheDatabaseHasAnswered("as it was");
        List<CompletableFuture<Answer>> answers = IntStream.range(0, MANY)
                .mapToObj(i -> send(viewers.get(i % viewers.size())))
                .toList();
        awaitInFlight(1 + MANY);
        relay.release();

        for (int i = 0; i < MANY; i++) {
            JsonObject seen = answers.get(i).join().object("article");
            assertThat(seen.getBoolean("favorited")).isEqualTo(i % viewers.size() == 0);
            assertThat(seen.getInteger("favoritesCount")).isOne();
        }
    }

    @Test
    void answersTheOthersWhenTheOneWhoAskedFirstHasGone() throws IOException {
        readThatTheDatabaseHasAnswered("as it was");
        try (Socket gone = new Socket("localhost", app.service().port())) {
            gone.getOutputStream()
                    .write(("GET " + article + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            awaitInFlight(2);
        }
        awaitInFlight(1);
        CompletableFuture<Answer> stays = send(anonymous);
        awaitInFlight(2);
        relay.release();
        assertThat(description(stays)).isEqualTo("as it was");
    }

    @Test
    void tellsAllWhoShareAReadThatThereIsNoSuchThing() {
        readThatTheDatabaseHasAnswered("as it was");
        assertThat(writer.delete(article).status()).isEqualTo(204);
        List<CompletableFuture<Answer>> late = new ArrayList<>(List.of(send(anonymous), send(anonymous)));
        awaitInFlight(3);
        relay.release();
        assertThat(late).allSatisfy(answer -> assertThat(answer.join().status()).isEqualTo(404));
    }

    @Test
    void tellsInTheAccessLogWhoseReadItWas() {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getFormattedMessage());
            }
        };
        Logger access = (Logger) LoggerFactory.getLogger("access");
        access.setLevel(Level.INFO);
        access.addAppender(appender);
        appender.start();
        try {
            readThatTheDatabaseHasAnswered("as it was");
            anonymous.sendAsync("GET", article, null, "X-Request-Id", "reads");
            awaitInFlight(2);
            anonymous.sendAsync("GET", article, null, "X-Request-Id", "joins");
            awaitInFlight(3);
            relay.release();
            // Lines are written after their answers: that of a request before this may come as well.
            await().until(() -> lines.stream().anyMatch(line -> line.contains(" id=reads "))
                    && lines.stream().anyMatch(line -> line.contains(" id=joins ")));
        } finally {
            access.detachAppender(appender);
            access.setLevel(null);
        }
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .contains(" id=reads ", " statements=1 rows=1")
                        .doesNotContain("read-by"))
                .anySatisfy(line -> assertThat(line).contains(" id=joins ", " statements=0 rows=0 read-by=reads"));
    }

    /** From now on answers are kept back, and this read's is there. */
    private CompletableFuture<Answer> readThatTheDatabaseHasAnswered(String description) {
        relay.hold();
        CompletableFuture<Answer> read = send(anonymous);
        await().until(() -> relay.holds(description));
        return read;
    }

    private CompletableFuture<Answer> send(ApiClient client) {
        return client.sendAsync("GET", article, null);
    }

    private void describe(String text) {
        JsonObject change = new JsonObject().put("article", new JsonObject().put("description", text));
        assertThat(writer.put(article, change).status()).isEqualTo(200);
    }

    private static String description(CompletableFuture<Answer> answer) {
        return answer.join().object("article").getString("description");
    }

    private static String tag(CompletableFuture<Answer> answer) {
        return answer.join().headers().firstValue("ETag").orElseThrow();
    }

    private void awaitInFlight(int requests) {
        await().until(() -> app.metric("app_http_requests_in_flight ") == requests);
    }

    private double shared() {
        return app.metric("app_reads_shared_total{route=\"/api/articles/:slug\"} ");
    }
}
