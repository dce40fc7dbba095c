package com.foobar.lb;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** The lines of the access log, as long as it is open. */
final class AccessLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("access");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Map<String, Object>> members = new CopyOnWriteArrayList<>();

    AccessLines() {
        setContext(logger.getLoggerContext());
        start();
        logger.setLevel(Level.INFO);
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            Map<String, Object> line = new LinkedHashMap<>();
            event.getKeyValuePairs().forEach(pair -> line.put(pair.key, pair.value));
            members.add(line);
        }
    }

    /** Those that are written as JSON: the members of each. */
    List<Map<String, Object>> members() {
        return members;
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(null);
    }
}
