package com.foobar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.deploy.running.CommandResult;
import com.foobar.deploy.running.RunningStack;
import com.foobar.deploy.running.StackPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/up} says when it cannot do what was asked: what is wrong, and what to do; never a stack trace. */
class RefusalIT {
    @TempDir
    Path directory;

    @Test
    void unknownOptionsAndCommandsAreWrongUsage() throws Exception {
        assertRefused(2, "Unknown option: '--frehs'", "--frehs");
        assertRefused(2, "Unmatched argument at index 2: 'sttatus'", "sttatus");
        assertRefused(2, "'many' is not an int", "--port-offset", "many");
        assertRefused(1, "port offset: 60000 (expected: 0-55603)", "--port-offset", "60000");
    }

    @Test
    void commandsWithoutARunningStackSayThatNothingRuns() throws Exception {
        for (List<String> command : List.of(List.of("status"), List.of("stop"), List.of("kill", "app-1"))) {
            CommandResult result = stack().up(command.toArray(String[]::new));
            assertThat(result.exitStatus()).isEqualTo(3);
            assertThat(result.output()).startsWith("not running on ");
        }
    }

    @Test
    void directoryOfSomethingElseIsNotTouched() throws Exception {
        Files.createDirectories(data());
        Files.writeString(data().resolve("thesis.txt"), "years of work");

        assertRefused(1, "is not empty and was not made by deploy/up", "--fresh");

        assertThat(data().resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void halfWrittenDataIsNamedWithTheWayOut() throws Exception {
        Files.createDirectories(data().resolve("databases/db-1/mysql"));
        Files.writeString(data().resolve("layout"), "1\n");

        CommandResult result = stack().up();

        assertThat(result.exitStatus()).isEqualTo(1);
        assertThat(result.output()).contains("deploy/up --fresh").doesNotContain("Exception", "\tat ");
        assertThat(stack().processes()).isEmpty();
    }

    @Test
    void javaThatIsTooOldIsNamed() throws Exception {
        Path java = directory.resolve("old/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));

        CommandResult result = RunningStack.run(
                directory,
                List.of(
                        "env",
                        "JAVA_HOME=" + directory.resolve("old"),
                        RunningStack.project().resolve("deploy/up").toString(),
                        "status"));

        assertThat(result.exitStatus()).isEqualTo(1);
        assertThat(result.output()).contains("is Java 11 (expected: 17 or newer)");
    }

    @Test
    void helpIsShownFromAnyDirectoryWithoutBuildingAnything() throws Exception {
        CommandResult result = RunningStack.run(
                directory, List.of(RunningStack.project().resolve("deploy/up").toString(), "--help"));

        assertThat(result.exitStatus()).isZero();
        assertThat(result.output()).contains("deploy/up kill app-1", "--data DIR");
    }

    private void assertRefused(int exitStatus, String words, String... arguments)
            throws IOException, InterruptedException {
        CommandResult result = stack().up(arguments);
        assertThat(result.exitStatus()).as(result.output()).isEqualTo(exitStatus);
        assertThat(result.output()).contains(words).doesNotContain("\tat ");
    }

    private RunningStack stack() {
        return new RunningStack(data(), StackPorts.free());
    }

    private Path data() {
        return directory.resolve("data");
    }
}
