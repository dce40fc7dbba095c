package com.foobar.deploy.mysql;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a class at once, saying why, where there is no Docker engine, or the image is neither there nor to be pulled.
 * {@code .ci/run} counts such skips as failures.
 */
final class DockerAvailable implements ExecutionCondition {
    static final String IMAGE = "mysql:9.7";

    private static final long COMMAND_SECONDS = 10;
    private static final long PULL_SECONDS = 300;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!succeeds(COMMAND_SECONDS, "docker", "info")) {
            return ConditionEvaluationResult.disabled("no Docker engine answers: start one to run the MySQL tests");
        }
        if (succeeds(COMMAND_SECONDS, "docker", "image", "inspect", IMAGE)) {
            return ConditionEvaluationResult.enabled(IMAGE + " is there");
        }
        // Where no registry is reached this ends at once.
        return succeeds(PULL_SECONDS, "docker", "pull", "--quiet", IMAGE)
                ? ConditionEvaluationResult.enabled(IMAGE + " has been pulled")
                : ConditionEvaluationResult.disabled("the image " + IMAGE
                        + " is not there and cannot be pulled: build it with deploy/offline/build-images");
    }

    private static boolean succeeds(long seconds, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            // There is no such command.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
