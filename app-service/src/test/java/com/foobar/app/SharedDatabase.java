package com.foobar.app;

import com.foobar.kit.testing.MariaDbServer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One database and one instance on it for all tests that do no harm to either; they end with the last test. */
public final class SharedDatabase implements ParameterResolver {
    private record Shared(MariaDbServer database, TestApp app) implements AutoCloseable {
        @Override
        public void close() {
            app.close();
            database.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == MariaDbServer.class || type == TestApp.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        Shared shared = context.getRoot()
                .getStore(Namespace.create(SharedDatabase.class))
                .getOrComputeIfAbsent(Shared.class, type -> started(), Shared.class);
        return parameter.getParameter().getType() == TestApp.class ? shared.app() : shared.database();
    }

    private static Shared started() {
        MariaDbServer database = MariaDbServer.start(1, "--skip-ssl");
        try {
            return new Shared(database, TestApp.on(database));
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
