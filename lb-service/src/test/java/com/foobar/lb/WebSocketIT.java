package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A WebSocket of the JDK's client, over TLS, to one of Vert.x. */
class WebSocketIT {
    @TempDir
    Path directory;

    /** Puts the messages together. */
    private static final class Messages implements WebSocket.Listener {
        private final Queue<String> received = new ConcurrentLinkedQueue<>();
        private final StringBuilder begun = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            begun.append(data);
            if (last) {
                received.add(begun.toString());
                begun.setLength(0);
            }
            webSocket.request(1);
            return null;
        }
    }

    @Test
    void goesThroughBothWaysAndIsCounted() throws Exception {
        try (WebServer web = new WebServer("web-1");
                RunningLb lb = RunningLb.before(directory, "", web)) {
            await().until(() -> lb.service().readiness().isReady());
            Messages messages = new Messages();
            WebSocket socket = lb.client()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("wss://localhost:" + lb.httpsPort() + "/echo"), messages)
                    .get(30, TimeUnit.SECONDS);
            String large = "x".repeat(200_000);
            socket.sendText("hello", true).get(30, TimeUnit.SECONDS);
            socket.sendText(large, true).get(30, TimeUnit.SECONDS);
            await().until(() -> messages.received.size() == 2);
            assertThat(messages.received).containsExactly("hello", large);
            assertThat(lb.management("/metrics").body())
                    .contains("lb_server_current_sessions{proxy=\"web\",server=\"web-1\"} 1.0");

            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(30, TimeUnit.SECONDS);
            await().until(() -> lb.management("/metrics").body().lines().toList().stream()
                    .anyMatch("lb_frontend_http_responses_total{code=\"1xx\",proxy=\"https\"} 1.0"::equals));
            assertThat(lb.management("/metrics").body())
                    .contains("lb_server_current_sessions{proxy=\"web\",server=\"web-1\"} 0.0");
        }
    }
}
