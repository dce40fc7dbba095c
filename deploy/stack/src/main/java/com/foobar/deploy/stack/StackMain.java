package com.foobar.deploy.stack;

import com.foobar.deploy.stack.console.Console;
import com.foobar.deploy.stack.console.LogTail;
import com.foobar.deploy.stack.control.ControlClient;
import com.foobar.deploy.stack.control.ControlClient.Answer;
import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.process.LogFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Exit status: 0 done, 1 failed or refused, 2 wrong usage, 3 nothing is running (as LSB's
 * {@code status} has it), 4 running but not everything is ready.
 */
@Command(
        name = "deploy/up",
        description = "Runs the whole stack of www.foobar.com on this machine until Ctrl-C.",
        sortOptions = false)
public final class StackMain implements Runnable {
    private static final int NOT_RUNNING = 3;
    private static final int NOT_READY = 4;

    private final PrintStream out;
    private int exitStatus;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "where databases, passwords, certificates and logs are (FOOBAR_DATA; default: deploy/.data)")
    private @Nullable Path data;

    @Option(names = "--fresh", description = "delete the data first")
    private boolean fresh;

    @Option(
            names = "--port-offset",
            paramLabel = "N",
            defaultValue = "${env:FOOBAR_PORT_OFFSET:-0}",
            description = "added to every port (FOOBAR_PORT_OFFSET; default: 0)")
    private int portOffset;

    private StackMain(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(run(System.out, System.err, args));
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        StackMain main = new StackMain(out);
        CommandLine commandLine = new CommandLine(main);
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            if (failure instanceof StackFailure) {
                err.println("deploy/up: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
        int status = commandLine.execute(args);
        return status == 0 ? main.exitStatus : status;
    }

    @Override
    public void run() {
        Console console = new Console(out);
        try {
            new Launcher(StackPlan.withPortOffset(portOffset), dataDirectory(), project(), console).run(fresh);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackFailure("interrupted", e);
        }
    }

    @Command(description = "show what runs where; exit status 0: all ready, 4: not all, 3: not running")
    void status() {
        withLauncher(launcher -> {
            Answer answer = launcher.get("/status");
            out.print(answer.text());
            exitStatus = answer.status() == 200 ? 0 : NOT_READY;
        });
    }

    @Command(description = "stop everything")
    void stop() {
        withLauncher(launcher -> {
            show(launcher.post("/stop"));
            // Its processes are down; so is the launcher itself in a moment.
            ProcessHandle.of(launcher.pid())
                    .ifPresent(process -> process.onExit().join());
        });
    }

    @Command(description = "kill an instance as a crash would; it stays down until it is started")
    void kill(@Parameters(paramLabel = "INSTANCE") String instance) {
        withLauncher(launcher -> show(launcher.post("/instances/" + instance + "/kill")));
    }

    @Command(description = "start an instance and wait until it is ready")
    void start(@Parameters(paramLabel = "INSTANCE") String instance) {
        withLauncher(launcher -> show(launcher.post("/instances/" + instance + "/start")));
    }

    @Command(description = "stop an instance in order and start it again, from a newer jar if there is one")
    void restart(@Parameters(paramLabel = "INSTANCE") String instance) {
        withLauncher(launcher -> show(launcher.post("/instances/" + instance + "/restart")));
    }

    @Command(description = "show the end of the logs, of all instances if none is named")
    void logs(
            @Parameters(paramLabel = "INSTANCE", arity = "0..*") @Nullable List<String> instances,
            @Option(names = "-f", description = "go on with what is added, until Ctrl-C") boolean follow)
            throws InterruptedException {
        DataDirectory directory = dataDirectory();
        List<String> all = StackPlan.withPortOffset(0).instances().stream()
                .map(PlannedInstance::name)
                .toList();
        Map<String, LogFile> logs = new LinkedHashMap<>();
        for (String instance : instances == null || instances.isEmpty() ? all : instances) {
            if (!all.contains(instance)) {
                throw new StackFailure("no instance " + instance + " (expected: " + String.join(", ", all) + ")");
            }
            logs.put(instance, new LogFile(directory.log(instance)));
        }
        try {
            LogTail tail = new LogTail(logs, out);
            if (follow) {
                tail.follow();
            } else {
                tail.show();
            }
        } catch (IOException e) {
            throw new StackFailure("logs in " + directory.logs() + " cannot be read: " + e, e);
        }
    }

    private void show(Answer answer) {
        if (answer.status() >= 400) {
            throw new StackFailure(answer.text());
        }
        out.println(answer.text());
    }

    /** Does something with the running launcher; where there is none, says so. */
    private void withLauncher(Consumer<ControlClient> action) {
        DataDirectory directory = dataDirectory();
        ControlClient.find(directory).ifPresentOrElse(action, () -> {
            out.println("not running on " + directory);
            exitStatus = NOT_RUNNING;
        });
    }

    private DataDirectory dataDirectory() {
        String configured = System.getenv("FOOBAR_DATA");
        if (data != null) {
            return new DataDirectory(data);
        }
        return new DataDirectory(
                configured == null || configured.isBlank() ? project().resolve("deploy/.data") : Path.of(configured));
    }

    /** The directory of the modules, which the script names. */
    private static Path project() {
        return Path.of(System.getProperty("foobar.project", "."))
                .toAbsolutePath()
                .normalize();
    }
}
