package com.foobar.kit.observability;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.foobar.kit.ServiceIdentity;
import io.vertx.core.json.JsonObject;
import org.slf4j.event.KeyValuePair;

/** Lines for machines: one JSON object each; key-value pairs of an event become members. */
final class JsonLayout extends LayoutBase<ILoggingEvent> {
    private final ServiceIdentity identity;

    JsonLayout(ServiceIdentity identity) {
        this.identity = identity;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        JsonObject line = new JsonObject()
                .put("time", event.getInstant().toString())
                .put("level", event.getLevel().levelStr)
                .put("service", identity.name())
                .put("instance", identity.instance())
                .put("logger", event.getLoggerName())
                .put("message", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                boolean asItIs = pair.value instanceof Number || pair.value instanceof Boolean;
                line.put(pair.key, asItIs ? pair.value : String.valueOf(pair.value));
            }
        }
        if (event.getThrowableProxy() != null) {
            line.put("stackTrace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.encode() + "\n";
    }
}
