package com.foobar.deploy.running;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one running stack that all classes of the run share: {@code @ExtendWith(SharedStack.class)}, then a parameter
 * {@link RunningStack}. Started for the first class that wants it, stopped after the last. A test leaves it with every
 * instance ready.
 */
public final class SharedStack implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedStack.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        shared(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == RunningStack.class || type == SiteClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        RunningStack stack = shared(context).stack;
        return parameter.getParameter().getType() == RunningStack.class ? stack : new SiteClient(stack);
    }

    /** The stack, for other extensions. */
    public static RunningStack of(ExtensionContext context) {
        return shared(context).stack;
    }

    private static Started shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Started.class, key -> new Started(), Started.class);
    }

    private static final class Started implements AutoCloseable {
        private final Path directory;
        private final RunningStack stack;

        Started() {
            try {
                directory = Files.createTempDirectory("foobar-stack-");
                stack = new RunningStack(directory.resolve("data"), StackPorts.free());
                Duration time = stack.start();
                System.out.printf("the stack is ready after %.1f s%n", time.toMillis() / 1000.0);
            } catch (IOException e) {
                throw new IllegalStateException("cannot start the stack", e);
            }
        }

        @Override
        public void close() throws IOException {
            stack.close();
            keepLogs();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.deleteIfExists(file);
                }
            }
        }

        /** For whoever looks into a failure. */
        private void keepLogs() throws IOException {
            Path kept = Files.createDirectories(Path.of("target", "stack-logs"));
            Files.writeString(kept.resolve("deploy-up.log"), stack.output());
            try (Stream<Path> logs = Files.list(stack.data().resolve("logs"))) {
                for (Path log : (Iterable<Path>) logs::iterator) {
                    Files.copy(log, kept.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
