package com.foobar.deploy.browser;

import java.nio.file.Files;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips tests on machines without Chromium, before a stack is started for them. */
final class ChromiumInstalled implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return Files.isExecutable(Chromium.EXECUTABLE)
                ? ConditionEvaluationResult.enabled("Chromium is at " + Chromium.EXECUTABLE)
                : ConditionEvaluationResult.disabled("no Chromium at " + Chromium.EXECUTABLE
                        + ": install the package chromium, or set CHROMIUM to its path");
    }
}
