package com.foobar.kit.observability;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.slf4j.event.KeyValuePair;

/** Lines for people: time, level, instance, who speaks, message. */
final class TextLayout extends LayoutBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter().withZone(ZoneOffset.UTC);

    private final String instance;

    TextLayout(String instance) {
        this.instance = instance;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(256);
        TIME.formatTo(event.getInstant(), line);
        line.append(' ').append(event.getLevel());
        if (event.getLevel().levelStr.length() == 4) {
            line.append(' ');
        }
        line.append(' ')
                .append(instance)
                .append(' ')
                .append(shortName(event.getLoggerName()))
                .append(": ");
        // A message of several lines must not look like several events.
        line.append(event.getFormattedMessage().replace("\n", "\n    "));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ').append(pair.key).append('=').append(pair.value);
            }
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
