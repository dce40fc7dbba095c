package com.foobar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.app.ApiClient.Answer;
import com.foobar.kit.testing.DatabaseServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An instance that holds four of the largest bodies at a time. */
@ExtendWith(SharedDatabase.class)
class RequestBodiesIT {
    private static final int MAX_BODY = 64 << 10;
    private static final String LOGIN = "/api/users/login";
    private static final String ARTICLES = "/api/articles";

    private final DatabaseServer database;
    private TestApp app;

    RequestBodiesIT(DatabaseServer database) {
        this.database = database;
    }

    @BeforeEach
    void start() {
        app = TestApp.start(
                "event-loops: 2, max-body: 64KiB, max-bodies: 256KiB, body-timeout: 30s", TestApp.routers(database));
        app.awaitReady();
    }

    @AfterEach
    void stop() {
        app.close();
    }

    @Test
    void refusesWhatThereIsNoRoomForUntilSlowClientsGo() throws IOException {
        ApiClient client = app.client().asNewUser();
        List<Wire> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                Wire wire = new Wire();
                wire.send(head("POST", ARTICLES, MAX_BODY)
                                .replace("Host: x\r\n", "Host: x\r\nAuthorization: Token " + client.token() + "\r\n")
                        + "x".repeat(MAX_BODY - 1));
                slow.add(wire);
            }
            await().untilAsserted(() -> assertThat(held()).isEqualTo(4 * (MAX_BODY - 1)));
            for (int i = 0; i < 2; i++) {
                Answer refused = login(client);
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(refused.errors("service")).containsExactly("is busy, please try again in a moment");
            }
            assertThat(app.metric("app_http_bodies_refused_total ")).isEqualTo(2);
            // What needs no room is served.
            for (String path : List.of("/api/articles", "/api/tags", "/api/user")) {
                assertThat(client.get(path).status()).as(path).isEqualTo(200);
            }

            slow.remove(0).close();
            await().until(() -> login(client).status() == 200);
            // A body that comes to its end after all is answered, and its room free.
            slow.get(0).send("x");
            assertThat(slow.get(0).answer()).startsWith("HTTP/1.1 400 ");
            await().untilAsserted(() -> assertThat(held()).isEqualTo(2 * (MAX_BODY - 1)));
        } finally {
            for (Wire wire : slow) {
                wire.close();
            }
        }
        await().untilAsserted(() -> assertThat(held()).isZero());
    }

    @Test
    void keepsNothingOfWhatItRefuses() throws IOException {
        try (Wire large = new Wire()) {
            large.send("POST " + LOGIN + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                large.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
            }
            assertThat(large.answer()).startsWith("HTTP/1.1 413 ");
            assertThat(held()).isZero();
        }
    }

    /** So that they do not take the room of those who are known. */
    @Test
    void takesLittleOfThoseWithoutAToken() throws IOException {
        for (String path : List.of(LOGIN, "/api/users")) {
            for (int size : List.of(16 << 10, (16 << 10) + 1)) {
                try (Wire wire = new Wire()) {
                    wire.send(head("POST", path, size) + "x".repeat(size));
                    assertThat(wire.answer()).startsWith(size > 16 << 10 ? "HTTP/1.1 413 " : "HTTP/1.1 400 ");
                }
            }
        }
    }

    @Test
    void asksForATokenBeforeItReadsABody() throws IOException {
        for (String authorization : List.of("", "Authorization: Token nonsense\r\n")) {
            try (Wire wire = new Wire()) {
                String head = head("POST", "/api/articles", MAX_BODY);
                wire.send(head.replace("Host: x\r\n", "Host: x\r\n" + authorization) + "x".repeat(MAX_BODY / 2));
                assertThat(wire.answer()).startsWith("HTTP/1.1 401 ");
                assertThat(held()).isZero();
                // The connection is as good as before when the rest has come.
                wire.send("x".repeat(MAX_BODY / 2) + "GET /api/tags HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(wire.answer()).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void keepsNothingOfTheBodyOfAGet() throws IOException {
        try (Wire wire = new Wire()) {
            wire.send(head("GET", "/api/tags", MAX_BODY) + "x".repeat(MAX_BODY - 1));
            assertThat(wire.answer()).startsWith("HTTP/1.1 200 ");
            assertThat(held()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, /api/articles, 401", "POST, /api/nothing, 404", "PUT, /api/docs, 405", "GET, /api/docs, 200"})
    void closesTheConnectionOfAClientThatGoesOnAndOn(String method, String path, int status) throws IOException {
        try (Wire wire = new Wire()) {
            wire.send(head(method, path, 100 << 20));
            assertThat(wire.status()).isEqualTo("HTTP/1.1 " + status);
            String part = "x".repeat(1 << 20);
            await().until(() -> {
                try {
                    wire.send(part);
                    return false;
                } catch (IOException closed) {
                    return true;
                }
            });
        }
    }

    @Test
    void hangsUpWhereABodyCannotBeReadToItsEnd() throws IOException {
        try (Wire wire = new Wire()) {
            wire.send("POST " + LOGIN + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            wire.send("2\r\nxx\r\nzz\r\n");
            assertThat(wire.answer()).isEmpty();
        }
        String gone = "app_http_requests_total{method=\"POST\",route=\"" + LOGIN + "\",status=\"499\"} ";
        await().untilAsserted(() -> assertThat(app.metric(gone)).isEqualTo(1));
        assertThat(held()).isZero();
    }

    @Test
    void waitsForABodyForABoundedTime() throws IOException {
        try (TestApp hasty = TestApp.start("event-loops: 1, body-timeout: 1s", TestApp.routers(database))) {
            hasty.awaitReady();
            try (Wire wire = new Wire(hasty)) {
                wire.send(head("POST", LOGIN, 100) + "x");
                assertThat(wire.answer())
                        .startsWith("HTTP/1.1 408 ")
                        .endsWith("{\"errors\":{\"body\":[\"did not come within 1 seconds\"]}}");
            }
        }
    }

    private static Answer login(ApiClient user) {
        return user.send(
                "POST",
                LOGIN,
                "{\"user\":{\"email\":\"" + user.username() + "@example.com\",\"password\":\"password\"}}");
    }

    private static String head(String method, String path, int length) {
        return method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private double held() {
        return app.metric("app_http_body_bytes ");
    }

    /** A connection to the instance, for requests that take their time. */
    private final class Wire implements Closeable {
        private final Socket socket;

        Wire() throws IOException {
            this(app);
        }

        Wire(TestApp instance) throws IOException {
            socket = new Socket("localhost", instance.service().port());
            socket.setSoTimeout(10_000);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        String status() throws IOException {
            return new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), StandardCharsets.ISO_8859_1);
        }

        /** One answer, with a body of JSON that is an object of one. */
        String answer() throws IOException {
            StringBuilder answer = new StringBuilder();
            byte[] part = new byte[8192];
            while (!answer.toString().contains("}}") && !answer.toString().contains("]}")) {
                int n = socket.getInputStream().read(part);
                if (n < 0) {
                    break;
                }
                answer.append(new String(part, 0, n, StandardCharsets.ISO_8859_1));
            }
            return answer.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
