package com.foobar.deploy.load;

import com.foobar.deploy.load.report.RunLog;
import com.foobar.deploy.load.settings.BadSettings;
import com.foobar.deploy.load.settings.Setting;
import com.foobar.deploy.load.settings.SettingsReader;
import com.foobar.deploy.load.site.SiteAccess;
import com.foobar.deploy.load.site.SiteUnusable;
import io.gatling.app.Gatling$;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.prefs.Preferences;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * The jar's command line. Exit status: 0 everything held, 1 a limit was exceeded or a read was wrong, 2 bad settings, 3 the site
 * cannot be used or the run has crashed.
 */
public final class LoadTestMain {
    private static final int DOES_NOT_HOLD = 1;
    private static final int BAD_SETTINGS = 2;
    private static final int NOT_RUN = 3;
    /** Gatling's own status for an assertion that failed. */
    private static final int ASSERTION_FAILED = 2;

    private static final String RESULTS = "--results";

    private LoadTestMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String... args) {
        CommandLine commandLine = new CommandLine(command());
        commandLine.setExecutionStrategy(LoadTestMain::execute);
        return commandLine.execute(args);
    }

    private static CommandSpec command() {
        CommandSpec command = CommandSpec.create()
                .name("load-test.jar")
                .mixinStandardHelpOptions(true)
                .version("load-test "
                        + Objects.requireNonNullElse(
                                LoadTestMain.class.getPackage().getImplementationVersion(), "(not packaged)"));
        command.usageMessage()
                .description("Puts load on the site and checks what it answers: docs/load-testing.md")
                .sortOptions(false);
        for (Setting setting : Setting.values()) {
            String description = setting.description().replace("%", "%%")
                    + (setting.usual().isEmpty() ? "" : " (default: " + setting.usual() + ")");
            if (setting == Setting.SIMULATION) {
                command.addPositional(PositionalParamSpec.builder()
                        .paramLabel("SIMULATION")
                        .arity("0..1")
                        .type(String.class)
                        .description(description)
                        .build());
            } else {
                command.addOption(OptionSpec.builder(setting.option())
                        .paramLabel(setting.valueLabel())
                        .type(String.class)
                        .description(description)
                        .build());
            }
        }
        return command.addOption(OptionSpec.builder(RESULTS)
                .paramLabel("DIR")
                .type(Path.class)
                .description("keep Gatling's simulation.log there")
                .build());
    }

    private static int execute(ParseResult arguments) {
        Integer help = CommandLine.executeHelpRequest(arguments);
        if (help != null) {
            return help;
        }
        for (Setting setting : Setting.values()) {
            String value = setting == Setting.SIMULATION
                    ? arguments.matchedPositionalValue(0, (String) null)
                    : arguments.matchedOptionValue(setting.option(), (String) null);
            if (value != null) {
                System.setProperty(setting.property(), value);
            }
        }
        Path results = arguments.matchedOptionValue(RESULTS, (Path) null);
        try {
            // Before Gatling starts, as it takes its time to end.
            SiteAccess.of(SettingsReader.ofSystemProperties()).check();
            return carryOut(results);
        } catch (BadSettings e) {
            System.err.println("load-test: " + e.getMessage());
            return BAD_SETTINGS;
        } catch (SiteUnusable e) {
            System.err.println("load-test: " + e.getMessage());
            return NOT_RUN;
        } catch (IOException e) {
            System.err.println("load-test: cannot keep the results: " + e);
            return NOT_RUN;
        }
    }

    private static int carryOut(@Nullable Path results) throws IOException {
        Path scratch = Files.createTempDirectory("load-test-");
        try {
            askNobodyForAnotherGatling(scratch);
            Path directory = Files.createDirectories(results == null ? scratch.resolve("results") : results);
            int status = Gatling$.MODULE$.fromArgs(new String[] {
                "--simulation",
                LoadTestSimulation.class.getName(),
                "--results-folder",
                directory.toString(),
                "--no-reports"
            });
            System.out.println();
            System.out.print(RunLog.read(directory, LoadTestSimulation.VERDICT).summary());
            System.out.println(status == 0 ? "passed" : "failed: see the lines above that say false");
            return status == ASSERTION_FAILED ? DOES_NOT_HOLD : status;
        } finally {
            deleteAll(scratch);
        }
    }

    /**
     * Gatling asks Maven Central at each start whether there is a newer Gatling, unless it knows from the user's preferences that
     * it has just asked.
     */
    private static void askNobodyForAnotherGatling(Path scratch) throws IOException {
        // Made here, as the JDK says so when it has to make it.
        Files.createDirectories(scratch.resolve(".java/.userPrefs"));
        System.setProperty("java.util.prefs.userRoot", scratch.toString());
        Preferences.userRoot().node("/io/gatling/latestVersion").putLong("lastCheckTimestamp", Long.MAX_VALUE);
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        }
    }
}
