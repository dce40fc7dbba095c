package com.foobar.deploy.load.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The jar as people run it: a process of its own. */
final class LoadTestJar {
    static final Path FILE = Path.of("target", "load-test.jar").toAbsolutePath();

    private static final long LIMIT_MINUTES = 5;

    private LoadTestJar() {}

    /** What a run has come to. @param output both streams */
    record Result(int status, String output) {}

    /** Runs the jar in a directory and waits for its end. */
    static Result run(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                FILE.toString()));
        command.addAll(Arrays.asList(arguments));
        Path output = Files.createTempFile(directory, "output", ".txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException(command + " did not end:\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }
}
