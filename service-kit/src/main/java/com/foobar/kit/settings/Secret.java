package com.foobar.kit.settings;

import java.util.Objects;

/**
 * A value that must not be seen: not in logs, metrics, {@code --print-config} or {@code toString}. Written in the settings
 * as {@code ${NAME}} or {@code file:/run/secrets/name} rather than in clear.
 */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a value that has been read already. */
    public static Secret of(String value) {
        return new Secret(Objects.requireNonNull(value));
    }

    /** The value itself, for the one call that needs it. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && secret.value.equals(value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
