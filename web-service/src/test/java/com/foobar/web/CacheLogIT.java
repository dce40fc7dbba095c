package com.foobar.web;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.foobar.http.testing.FixtureServer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What the access log and the metrics say of what the cache did: in the same words. */
class CacheLogIT {
    private static final List<String> LINES = new CopyOnWriteArrayList<>();
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("access");
    private static final AppenderBase<ILoggingEvent> APPENDER = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            LINES.add(event.getFormattedMessage());
        }
    };

    private static FixtureServer app;
    private static TestWeb web;

    @BeforeAll
    static void start() throws IOException {
        app = FixtureServer.start("app").answer((request, wire) -> {
            String target = request.target();
            String control = "no-store";
            if (target.equals("/api/hit")) {
                control = "max-age=600";
            } else if (target.equals("/api/stale")) {
                control = "max-age=0, stale-while-revalidate=600";
            } else if (target.equals("/api/revalidated")) {
                control = "max-age=0";
            }
            boolean same = request.fields().containsKey("if-none-match");
            wire.send("HTTP/1.1 " + (same ? "304 Not Modified" : "200 OK") + "\r\nETag: \"x\"\r\nCache-Control: "
                    + control + "\r\n" + (same ? "\r\n" : "Content-Length: 2\r\n\r\nok"));
        });
        web = TestWeb.start("""
                gateway:
                  servers: [{name: app-1, address: 'localhost:%d'}]
                  check: {on-error: fastinter, fall: 100}
                """.formatted(app.port()));
        APPENDER.setContext(LOGGER.getLoggerContext());
        APPENDER.start();
        LOGGER.setLevel(Level.INFO);
        LOGGER.addAppender(APPENDER);
        await().atMost(60, SECONDS).until(() -> web.running().service().neighbours().stream()
                .allMatch(server -> server.state().equals("UP")));
    }

    @AfterAll
    static void stop() throws IOException {
        LOGGER.detachAppender(APPENDER);
        LOGGER.setLevel(null);
        web.close();
        app.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/hit, X-Any, 1, hit",
        "/api/stale, X-Any, 1, stale",
        "/api/revalidated, X-Any, 1, revalidated",
        "/api/miss, X-Any, 1, miss",
        "/api/hit, If-Match, *, bypass",
        "/api/hit, Cache-Control, no-store, hit",
        "/api/other, Cache-Control, no-store, bypass",
    })
    void areTheSame(String path, String field, String value, String result) throws Exception {
        if (!result.equals("miss")) {
            web.get(path);
        }
        String sample = "web_cache_requests_total{result=\"" + result + "\"}";
        double before = web.metric(sample);
        String id = mark();
        web.get(path, field, value, "X-Request-Id", id);
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(LINES)
                .anyMatch(line -> line.contains(id) && line.contains("cache=" + result)));
        assertThat(web.metric(sample)).isEqualTo(before + 1);
    }

    /** A request id that tells a request from others in the log. */
    private static String mark() {
        return "mark-" + Long.toHexString(System.nanoTime());
    }

    @ParameterizedTest
    @CsvSource({"/", "/health/nothing"})
    void sayNothingWhereNoCacheWasAsked(String path) throws Exception {
        String id = mark();
        web.get(path, "X-Request-Id", id);
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(LINES).anyMatch(line -> line.contains(id)));
        assertThat(LINES).noneMatch(line -> line.contains(id) && line.contains("cache="));
    }
}
