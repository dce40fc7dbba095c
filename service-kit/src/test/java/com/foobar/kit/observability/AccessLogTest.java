package com.foobar.kit.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ServiceIdentity;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {
    private static final ServiceIdentity IDENTITY = new ServiceIdentity("lb-service", "1", "lb-1", Instant.EPOCH);

    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void writesALineForPeople() {
        log(LogSettings.Format.TEXT, "/a?b", 1_234_567);

        assertThat(lines.list.get(0).getFormattedMessage())
                .isEqualTo("10.0.0.1 \"GET /a?b\" 200 12B 1.234ms id=abc trace=def server=web-1 retries=1 tls=true");
    }

    @Test
    void writesThreeDigitsBelowAMillisecond() {
        log(LogSettings.Format.TEXT, "/", 5_000);

        assertThat(lines.list.get(0).getFormattedMessage()).contains(" 0.005ms ");
    }

    @Test
    void letsNoClientForgeALine() {
        log(LogSettings.Format.TEXT, "/\" 200\nforged \u00e9", 0);

        assertThat(lines.list.get(0).getFormattedMessage()).contains("\"GET /\\u0022 200\\u000aforged \\u00e9\" 200");
    }

    @Test
    void writesAnObjectForMachines() {
        log(LogSettings.Format.JSON, "/a", 2_000_000);

        assertThat(new JsonObject(new JsonLayout(IDENTITY).doLayout(lines.list.get(0))))
                .isEqualTo(new JsonObject()
                        .put("time", lines.list.get(0).getInstant().toString())
                        .put("level", "INFO")
                        .put("service", "lb-service")
                        .put("instance", "lb-1")
                        .put("logger", "access")
                        .put("message", "request")
                        .put("client", "10.0.0.1")
                        .put("method", "GET")
                        .put("target", "/a")
                        .put("status", 200)
                        .put("bytes", 12)
                        .put("durationMs", 2.0)
                        .put("requestId", "abc")
                        .put("traceId", "def")
                        .put("server", "web-1")
                        .put("retries", 1)
                        .put("tls", true));
    }

    @Test
    void writesNothingWhenSwitchedOff() {
        AccessLog log = new AccessLog(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO, false));

        log.log(entry("/", 1));

        assertThat(log.isEnabled()).isFalse();
        assertThat(lines.list).isEmpty();
    }

    private static void log(LogSettings.Format format, String target, long nanos) {
        new AccessLog(new LogSettings(format, LogSettings.Level.INFO, true)).log(entry(target, nanos));
    }

    private static Map<String, Object> extra() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("server", "web-1");
        extra.put("retries", 1);
        extra.put("tls", true);
        return extra;
    }

    private static AccessEntry entry(String target, long nanos) {
        return new AccessEntry(Instant.EPOCH, "10.0.0.1", "GET", target, 200, 12, nanos, "abc", "def", extra());
    }
}
