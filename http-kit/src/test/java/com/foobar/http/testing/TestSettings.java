package com.foobar.http.testing;

import com.foobar.http.backend.BackendSettings;
import com.foobar.http.backend.HealthCheckSettings;
import com.foobar.kit.settings.SettingsReader;
import java.util.Map;

/** Settings written as an operator writes them, with the defaults for the rest. */
public final class TestSettings {
    private TestSettings() {}

    public static HealthCheckSettings check(String yaml) {
        return SettingsReader.read(HealthCheckSettings.class, yaml, Map.of());
    }

    public static BackendSettings backend(String yaml) {
        return SettingsReader.read(BackendSettings.class, yaml, Map.of());
    }
}
