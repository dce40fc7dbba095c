package com.foobar.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Whatever stands in a file of settings: settings, or problems that are told, and no other exception. */
class SettingsFuzzTest {
    /** One of each kind of value. */
    record Values(
            @Default("1s") Duration time,
            @Default("1KiB") ByteSize size,
            @Default("localhost:80") HostPort address,
            @Default("1") int number,
            @Default("true") boolean flag,
            @Default("''") String text,
            @Default("[]") List<String> words) {}

    @FuzzTest(maxDuration = "15s")
    void reads(FuzzedDataProvider data) {
        Map<String, String> environment = Map.of("NAME", data.consumeString(20), "EMPTY", "");
        read(data.consumeRemainingAsString(), environment);
    }

    @FuzzTest(maxDuration = "15s")
    void readsValues(FuzzedDataProvider data) {
        Map<String, String> environment = Map.of("NAME", data.consumeString(20), "EMPTY", "");
        String key = data.pickValue(new String[] {"time", "size", "address", "number", "flag", "text"});
        read(key + ": '" + data.consumeRemainingAsString().replace("'", "''") + "'", environment);
    }

    private static void read(String yaml, Map<String, String> environment) {
        try {
            assertThat(SettingsReader.read(Values.class, yaml, environment)).isNotNull();
        } catch (SettingsException e) {
            assertThat(e.problems()).isNotEmpty();
        }
    }
}
