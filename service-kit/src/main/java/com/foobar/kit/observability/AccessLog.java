package com.foobar.kit.observability;

import com.foobar.kit.LogSettings;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line per request, through the same bounded queue as the logs: never blocks an event loop; when the queue is full,
 * lines are dropped and counted ({@code log_lines_dropped_total}). Safe from any thread.
 */
public final class AccessLog {
    static final String LOGGER = "access";

    private final Logger logger = LoggerFactory.getLogger(LOGGER);
    private final LogSettings settings;

    /** @param settings whether there is an access log, and its form */
    public AccessLog(LogSettings settings) {
        this.settings = settings;
    }

    /** Whether it is worth making an entry. */
    public boolean isEnabled() {
        return settings.access() && logger.isInfoEnabled();
    }

    /** Writes one line. */
    public void log(AccessEntry entry) {
        if (!isEnabled()) {
            return;
        }
        if (settings.format() == LogSettings.Format.JSON) {
            fields(entry).log("request");
        } else {
            logger.info(text(entry));
        }
    }

    /** Writes one line, for people in a form of one's own: what clients have sent must be {@linkplain #printable made printable}. */
    public void log(Supplier<AccessEntry> entry, Supplier<String> text) {
        if (!isEnabled()) {
            return;
        }
        if (settings.format() == LogSettings.Format.JSON) {
            fields(entry.get()).log("request");
        } else {
            logger.info(text.get());
        }
    }

    /**
     * Writes one line of another form.
     *
     * @param event what it is about, for machines: {@code session}
     * @param text for people; what clients have sent must be {@linkplain #printable made printable}
     * @param fields for machines
     */
    public void log(String event, Supplier<String> text, Supplier<Map<String, Object>> fields) {
        if (!isEnabled()) {
            return;
        }
        if (settings.format() == LogSettings.Format.JSON) {
            LoggingEventBuilder builder = logger.atInfo();
            for (var field : fields.get().entrySet()) {
                builder = builder.addKeyValue(field.getKey(), field.getValue());
            }
            builder.log(event);
        } else {
            logger.info(text.get());
        }
    }

    /** What a client has sent, so that it cannot forge a line or end the quotes. */
    public static String printable(String text) {
        StringBuilder line = new StringBuilder(text.length());
        appendPrintable(line, text);
        return line.toString();
    }

    private LoggingEventBuilder fields(AccessEntry entry) {
        LoggingEventBuilder event = logger.atInfo()
                .addKeyValue("client", entry.client())
                .addKeyValue("method", entry.method())
                .addKeyValue("target", entry.target())
                .addKeyValue("status", entry.status())
                .addKeyValue("bytes", entry.bytes())
                .addKeyValue("durationMs", millis(entry))
                .addKeyValue("requestId", entry.requestId())
                .addKeyValue("traceId", entry.traceId());
        for (var extra : entry.extra().entrySet()) {
            event = event.addKeyValue(extra.getKey(), extra.getValue());
        }
        return event;
    }

    private static String text(AccessEntry entry) {
        StringBuilder line = new StringBuilder(200)
                .append(entry.client())
                .append(" \"")
                .append(entry.method())
                .append(' ');
        appendPrintable(line, entry.target());
        line.append("\" ")
                .append(entry.status())
                .append(' ')
                .append(entry.bytes())
                .append("B ");
        appendMillis(line, entry.durationNanos() / 1000);
        line.append("ms id=").append(entry.requestId()).append(" trace=").append(entry.traceId());
        entry.extra()
                .forEach((key, value) ->
                        appendPrintable(line.append(' ').append(key).append('='), value.toString()));
        return line.toString();
    }

    /** By hand, as this is done on event loops and {@code String.format} takes longer than all the rest of the line. */
    private static void appendMillis(StringBuilder line, long micros) {
        long fraction = micros % 1000;
        line.append(micros / 1000).append('.');
        line.append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10));
    }

    /** A client must not be able to forge a line or to end the quotes. */
    private static void appendPrintable(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c >= 0x7f) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
    }

    private static double millis(AccessEntry entry) {
        return entry.durationNanos() / 1_000_000.0;
    }
}
