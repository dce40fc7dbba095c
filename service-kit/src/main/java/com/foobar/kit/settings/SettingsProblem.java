package com.foobar.kit.settings;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with the settings.
 *
 * @param path where: {@code backends[1].servers[0].weight}; empty for the whole file
 * @param fault what is there, or what is wrong with it
 * @param expected the rule; null where the fault says it all
 * @param line in the file, from 1; 0 where it does not come from the file
 */
public record SettingsProblem(
        String path, String fault, @Nullable String expected, int line) {
    public SettingsProblem {
        Objects.requireNonNull(fault);
    }

    @Override
    public String toString() {
        return (line > 0 ? "line " + line + ": " : "")
                + (path.isEmpty() ? "" : path + ": ")
                + fault
                + (expected == null ? "" : " (expected: " + expected + ")");
    }
}
