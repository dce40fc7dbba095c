package com.foobar.deploy.stack.process;

import java.nio.file.Files;
import java.nio.file.Path;

/** A real process for tests: a shell script; ready once the file {@code ready} is in its directory. */
record ShellProgram(Path directory, String script) implements Program {
    @Override
    public ProcessBuilder prepare() {
        return new ProcessBuilder("sh", "-c", script).directory(directory.toFile());
    }

    @Override
    public Readiness readiness() {
        return Files.exists(directory.resolve("ready")) ? Readiness.ready() : Readiness.notReady("no file");
    }
}
