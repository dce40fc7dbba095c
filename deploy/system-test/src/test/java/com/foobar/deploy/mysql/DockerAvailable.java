package com.foobar.deploy.mysql;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a class at once, saying why, where there is no Docker engine, or neither the image nor the registry that has it.
 * {@code .ci/run} counts such skips as failures.
 */
final class DockerAvailable implements ExecutionCondition {
    static final String IMAGE = "mysql:9.7";

    private static final String REGISTRY = "registry-1.docker.io";
    private static final int REGISTRY_TIMEOUT_MILLIS = 2_000;
    private static final long COMMAND_SECONDS = 10;

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!succeeds("docker", "info")) {
            return ConditionEvaluationResult.disabled("no Docker engine answers: start one to run the MySQL tests");
        }
        if (succeeds("docker", "image", "inspect", IMAGE)) {
            return ConditionEvaluationResult.enabled(IMAGE + " is there");
        }
        return registryAnswers()
                ? ConditionEvaluationResult.enabled(IMAGE + " can be pulled")
                : ConditionEvaluationResult.disabled("the image " + IMAGE + " is not there and " + REGISTRY
                        + " does not answer: build it with deploy/offline/build-images");
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
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

    private static boolean registryAnswers() {
        try (Socket socket = new Socket()) {
            InetAddress first = InetAddress.getAllByName(REGISTRY)[0];
            socket.connect(new InetSocketAddress(first, 443), REGISTRY_TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
