package com.foobar.kit;

import com.foobar.kit.observability.Logs;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsPrinter;
import com.foobar.kit.settings.SettingsReader;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The {@code main} of every service: command line, settings, logs, start, and an orderly stop on SIGTERM or Ctrl-C.
 *
 * <p>Exit status: 0 stopped when asked to, 1 could not start or not stop in time, 2 bad command line or settings.
 */
public final class ServiceRunner {
    private static final int STOPPED = 0;
    private static final int COULD_NOT_START = 1;
    private static final int STOPPED_BADLY = 1;
    private static final int BAD_SETTINGS = 2;
    /** Beyond {@code shutdown.delay} and {@code shutdown.timeout}: for closing what is left. */
    private static final long STOP_MARGIN_MILLIS = 2000;

    private ServiceRunner() {}

    /** Runs a service until it is told to stop; ends the process where it cannot start. */
    public static <S extends ServiceSettings> void run(ServiceDefinition<S> definition, String[] arguments) {
        refuseRenegotiation();
        countNoPinnedMemory();
        int status = new Run<>(definition, System.out, System.err).execute(arguments);
        if (status >= 0) {
            Logs.close();
            System.exit(status);
        }
    }

    /**
     * TLS 1.2 lets a client ask for one handshake after the other on a connection, each of which costs the server far more; nobody
     * needs it. Read by the JDK when TLS is first used.
     */
    private static void refuseRenegotiation() {
        unlessSet("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    /** Netty's pooled allocator counts atomically what is in use, twice for every buffer; nothing here reads it. Read by Netty when it is first used. */
    private static void countNoPinnedMemory() {
        unlessSet("io.netty.trackPinnedMemory", "false");
    }

    /** The command line has the last word. */
    private static void unlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * Starts a service inside this JVM, with its management port, without signals and without an end of the process.
     *
     * @return fails with {@link StartFailure} where it cannot start; everything is released then
     */
    public static <S extends ServiceSettings> Future<RunningService> start(
            ServiceDefinition<S> definition, S settings) {
        return ServiceProcess.start(definition, settings, null).map(process -> process);
    }

    private record Run<S extends ServiceSettings>(ServiceDefinition<S> definition, PrintStream out, PrintStream err) {
        private static final int RUNNING = -1;

        int execute(String[] arguments) {
            CommandLine command = new CommandLine(spec());
            ParseResult options;
            try {
                options = command.parseArgs(arguments);
            } catch (ParameterException e) {
                err.println(definition.name() + ": " + e.getMessage() + "; --help lists the options");
                return BAD_SETTINGS;
            }
            if (options.isUsageHelpRequested()) {
                command.usage(out);
                return 0;
            }
            if (options.isVersionHelpRequested()) {
                out.println(definition.name() + " " + definition.version());
                return 0;
            }
            Path file = options.matchedOptionValue("--config", (Path) null);
            S settings;
            try {
                settings = readSettings(file);
            } catch (SettingsException e) {
                err.println(definition.name() + ": " + (file == null ? "the defaults" : file) + " cannot be used:");
                e.problems().forEach(problem -> err.println("  " + problem));
                return BAD_SETTINGS;
            } catch (IOException e) {
                err.println(definition.name() + ": cannot read --config " + file + ": " + reason(e));
                return BAD_SETTINGS;
            }
            if (options.hasMatchedOption("--print-config")) {
                out.print(SettingsPrinter.print((Record) settings));
                return 0;
            }
            if (options.hasMatchedOption("--check")) {
                out.println(definition.name() + ": " + (file == null ? "the defaults are" : file + " is") + " good");
                return 0;
            }
            return start(settings);
        }

        private CommandSpec spec() {
            CommandSpec spec = CommandSpec.create().name("java -jar " + definition.name() + ".jar");
            spec.usageMessage().description(definition.summary());
            spec.addOption(OptionSpec.builder("-c", "--config")
                    .type(Path.class)
                    .paramLabel("FILE")
                    .description("Settings, YAML; without it the defaults hold.")
                    .build());
            spec.addOption(flag("--check", "Check the settings and exit.").build());
            spec.addOption(flag("--print-config", "Print the effective settings, secrets hidden, and exit.")
                    .build());
            spec.addOption(
                    flag("--help", "Show this help and exit.").usageHelp(true).build());
            spec.addOption(flag("--version", "Show the version and exit.")
                    .versionHelp(true)
                    .build());
            return spec;
        }

        private static OptionSpec.Builder flag(String name, String description) {
            return OptionSpec.builder(name).type(boolean.class).arity("0").description(description);
        }

        @SuppressWarnings("unchecked")
        private S readSettings(@Nullable Path file) throws IOException {
            String yaml = file == null ? "" : Files.readString(file);
            return (S) SettingsReader.read(
                    (Class<? extends Record>) (Class<?>) definition.settings(), yaml, System.getenv());
        }

        private static String reason(IOException e) {
            return e instanceof NoSuchFileException ? "there is no such file" : e.toString();
        }

        private int start(S settings) {
            try {
                ServiceProcess<S> process = ServiceProcess.start(definition, settings, definition.name())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, settings), "shutdown"));
                return RUNNING;
            } catch (ExecutionException e) {
                boolean expected = e.getCause() instanceof StartFailure;
                if (!expected) {
                    LoggerFactory.getLogger(ServiceRunner.class).error("could not start", e.getCause());
                }
                Logs.close();
                err.println(definition.name() + ": could not start: "
                        + (expected ? e.getCause().getMessage() : e.getCause().toString()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return COULD_NOT_START;
        }

        private static <S extends ServiceSettings> void stop(ServiceProcess<S> process, S settings) {
            long limit = settings.shutdown().delay().toMillis()
                    + settings.shutdown().timeout().toMillis()
                    + STOP_MARGIN_MILLIS;
            var log = LoggerFactory.getLogger(ServiceRunner.class);
            int status = STOPPED_BADLY;
            try {
                process.stop().toCompletionStage().toCompletableFuture().get(limit, TimeUnit.MILLISECONDS);
                log.info("stopped");
                status = STOPPED;
            } catch (ExecutionException e) {
                log.error("did not stop cleanly", e.getCause());
            } catch (TimeoutException e) {
                log.error("did not stop within {} ms; what is left is cut", limit);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Logs.close();
            // Otherwise the JVM would report the signal that ended it, 143, as if this had not been the orderly end.
            Runtime.getRuntime().halt(status);
        }
    }
}
