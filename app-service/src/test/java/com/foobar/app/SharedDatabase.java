package com.foobar.app;

import com.foobar.kit.testing.DatabaseServer;
import com.foobar.kit.testing.MariaDbServer;
import com.foobar.kit.testing.MySqlServer;
import com.foobar.kit.testing.MySqlServers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One database and one instance on it for all tests that do no harm to either; they end with the last test. It is MariaDB,
 * or MySQL with {@code -Dapp.test.database=mysql}. With {@code -Dapp.test.router=host:port} the instance uses what is there instead (user {@code foobar_app}, password
 * {@code foobar}), such as MySQL behind a database router; tests that need the server itself are skipped then.
 */
public final class SharedDatabase implements ExecutionCondition, ParameterResolver {
    private record Shared(@Nullable DatabaseServer database, TestApp app) implements AutoCloseable {
        @Override
        public void close() {
            app.close();
            if (database != null) {
                database.close();
            }
        }
    }

    /** Asked once for a class: a parameter that cannot be had would be an error, not a reason to skip. */
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isPresent() || System.getProperty("app.test.router") != null) {
            return ConditionEvaluationResult.enabled("there is a database");
        }
        boolean there = isMySql() ? MySqlServers.imageIsHere() : MariaDbServer.runsHere();
        return there
                ? ConditionEvaluationResult.enabled("there is a database")
                : ConditionEvaluationResult.disabled(
                        isMySql() ? MySqlServers.HOW_TO_HAVE_THE_IMAGE : "the embedded MariaDB is for Linux on x86-64");
    }

    private static boolean isMySql() {
        return "mysql".equals(System.getProperty("app.test.database"));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == DatabaseServer.class || type == TestApp.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Shared shared = context.getRoot()
                .getStore(Namespace.create(SharedDatabase.class))
                .getOrComputeIfAbsent(Shared.class, type -> started(), Shared.class);
        if (parameter.getParameter().getType() == TestApp.class) {
            return shared.app();
        }
        DatabaseServer database = shared.database();
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
        DatabaseServer database = isMySql() ? MySqlServer.start() : MariaDbServer.start(1, "--skip-ssl");
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
