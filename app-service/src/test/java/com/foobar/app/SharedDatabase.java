package com.foobar.app;

import com.foobar.kit.testing.MariaDbServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One database and one instance on it for all tests that do no harm to either; they end with the last test. With
 * {@code -Dapp.test.router=host:port} the instance uses what is there instead (user {@code foobar_app}, password
 * {@code foobar}), such as MySQL behind a database router; tests that need the server itself are skipped then.
 */
public final class SharedDatabase implements ParameterResolver {
    private record Shared(@Nullable MariaDbServer database, TestApp app) implements AutoCloseable {
        @Override
        public void close() {
            app.close();
            if (database != null) {
                database.close();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == MariaDbServer.class || type == TestApp.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Shared shared = context.getRoot()
                .getStore(Namespace.create(SharedDatabase.class))
                .getOrComputeIfAbsent(Shared.class, type -> started(), Shared.class);
        if (parameter.getParameter().getType() == TestApp.class) {
            return shared.app();
        }
        MariaDbServer database = shared.database();
        Assumptions.assumeTrue(database != null, "the database is not one of this test");
        return database;
    }

    private static Shared started() {
        String router = System.getProperty("app.test.router");
        if (router != null) {
            TestApp app = TestApp.start("  routers: ['" + router + "']\n");
            app.awaitReady();
            return new Shared(null, app);
        }
        Assumptions.assumeTrue(MariaDbServer.runsHere(), "the embedded MariaDB is for Linux on x86-64");
        MariaDbServer database = MariaDbServer.start(1, "--skip-ssl");
        try {
            TestApp app = TestApp.start(TestApp.routers(database) + "  pool: {acquire-timeout: 30s}\n");
            app.awaitReady();
            return new Shared(database, app);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }
}
