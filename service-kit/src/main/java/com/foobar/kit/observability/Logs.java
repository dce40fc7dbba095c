package com.foobar.kit.observability;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ServiceIdentity;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up logging on standard output, behind a bounded queue so that a slow terminal cannot stop an event loop. */
public final class Logs {
    private Logs() {}

    /** Replaces whatever was set up before. */
    public static DroppingAppender configure(ServiceIdentity identity, LogSettings settings) {
        LoggerContext context = context();
        context.reset();
        Layout<ILoggingEvent> layout = settings.format() == LogSettings.Format.JSON
                ? new JsonLayout(identity)
                : new TextLayout(identity.instance());
        DroppingAppender queue = install(context, layout);
        context.getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(Level.valueOf(settings.level().name()));
        // Whether there are such lines is a setting of its own, whatever else is worth a line.
        context.getLogger(AccessLog.LOGGER).setLevel(Level.INFO);
        quietLibraries(context);
        return queue;
    }

    /** Writes out what is queued, at most for a second, and ends logging. */
    public static void close() {
        context().stop();
    }

    private static DroppingAppender install(LoggerContext context, Layout<ILoggingEvent> layout) {
        layout.setContext(context);
        layout.start();
        DroppingAppender queue = new DroppingAppender(layout, ConsoleTarget.SystemOut.getStream());
        queue.setContext(context);
        queue.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(queue);
        return queue;
    }

    private static void quietLibraries(LoggerContext context) {
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        context.getLogger("org.flywaydb").setLevel(Level.WARN);
        context.getLogger("org.mariadb.jdbc").setLevel(Level.ERROR);
    }

    private static LoggerContext context() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext context) {
            return context;
        }
        throw new IllegalStateException("logging is not Logback's but " + factory.getClass());
    }

    /** What Logback finds at start instead of searching for configuration files: warnings, until settings are read. */
    public static final class EarlyConfigurator extends ContextAwareBase implements Configurator {
        /** Called by Logback's service loader. */
        public EarlyConfigurator() {}

        @Override
        public ExecutionStatus configure(LoggerContext context) {
            install(context, new TextLayout("-"));
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
    }
}
