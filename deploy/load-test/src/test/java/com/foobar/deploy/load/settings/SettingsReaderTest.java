package com.foobar.deploy.load.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
    @TempDir
    private Path directory;

    private Path ca;

    @BeforeEach
    void authority() throws IOException {
        ca = Files.writeString(directory.resolve("ca.pem"), "a certificate");
    }

    @Test
    void hasDefaultsForEverything() {
        assertThat(read(Map.of()))
                .isEqualTo(new LoadSettings(
                        SimulationName.SMOKE,
                        List.of(URI.create("https://localhost:8443")),
                        null,
                        false,
                        true,
                        5,
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(500),
                        0.1,
                        Map.of(
                                Kind.PAGE, new Limit(200, 1000),
                                Kind.READ, new Limit(300, 1500),
                                Kind.WRITE, new Limit(500, 2000),
                                Kind.PASSWORD, new Limit(1000, 4000))));
    }

    @Test
    void takesEverySetting() {
        Map<Setting, String> values = Map.ofEntries(
                Map.entry(Setting.SIMULATION, "mixed"),
                Map.entry(Setting.BASE_URL, "https://lb-1:8443/, http://[::1]"),
                Map.entry(Setting.CA, "ca.pem"),
                Map.entry(Setting.INSECURE, "false"),
                Map.entry(Setting.HTTP2, "false"),
                Map.entry(Setting.RATE, "0.5"),
                Map.entry(Setting.DURATION, "1h"),
                Map.entry(Setting.WARM_UP, "0s"),
                Map.entry(Setting.THINK_TIME, "0ms"),
                Map.entry(Setting.MAX_FAILED, "100"),
                Map.entry(Setting.LIMITS, "read=10/20, page=1/1"));

        assertThat(read(values))
                .isEqualTo(new LoadSettings(
                        SimulationName.MIXED,
                        List.of(URI.create("https://lb-1:8443"), URI.create("http://[::1]")),
                        ca,
                        false,
                        false,
                        0.5,
                        Duration.ofHours(1),
                        Duration.ZERO,
                        Duration.ZERO,
                        100,
                        Map.of(
                                Kind.PAGE, new Limit(1, 1),
                                Kind.READ, new Limit(10, 20),
                                Kind.WRITE, new Limit(500, 2000),
                                Kind.PASSWORD, new Limit(1000, 4000))));
        assertThat(values.keySet()).containsExactlyInAnyOrder(Setting.values());
    }

    @Test
    void reportsAllProblemsAtOnce() {
        assertThatThrownBy(() -> read(Map.of(
                        Setting.SIMULATION, "wild",
                        Setting.BASE_URL, "localhost:8443",
                        Setting.RATE, "many",
                        Setting.CA, "none.pem",
                        Setting.LIMITS, "read=300")))
                .isInstanceOf(BadSettings.class)
                .hasMessage(String.join(
                        "\n  ",
                        "bad settings:",
                        "simulation: wild (expected: smoke or mixed)",
                        "baseUrl: localhost:8443 (expected: http or https, host and perhaps port, as in"
                                + " https://localhost:8443)",
                        "ca: " + directory.resolve("none.pem") + " (expected: a file that can be read)",
                        "rate: many (expected: a number from 0.1 to 1000)",
                        "limits: read=300 (expected: none, or KIND=P95/P99 in milliseconds, not 0, P99 not below P95, KIND one"
                                + " of page, read, write, password)"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BASE_URL   | https://localhost:8443/path",
                "BASE_URL   | ftp://localhost",
                "BASE_URL   | https://user@localhost",
                "BASE_URL   | https://a,",
                "CA         | missing.pem",
                "INSECURE   | yes",
                "HTTP2      | 1",
                "RATE       | 0",
                "RATE       | 1000.1",
                "RATE       | NaN",
                "DURATION   | 10",
                "DURATION   | 0s",
                "DURATION   | 25h",
                "WARM_UP    | 61m",
                "THINK_TIME | -1s",
                "MAX_FAILED | 101",
                "LIMITS     | read=20/10",
                "LIMITS     | read=0/10",
                "LIMITS     | paint=10/20",
            })
    void refuses(Setting setting, String value) {
        assertThatThrownBy(() -> read(Map.of(setting, value)))
                .isInstanceOf(BadSettings.class)
                .hasMessageStartingWith("bad settings:\n  " + setting.property() + ": ");
    }

    @Test
    void hasNoLimitsOnRequest() {
        assertThat(read(Map.of(Setting.LIMITS, "none")).limits()).isEmpty();
    }

    @Test
    void findsTheDevelopmentAuthorityOfTheCheckoutThatItRunsIn() throws IOException {
        Path authority = directory.resolve("deploy/.data/tls/ca.pem");
        Files.createDirectories(authority.getParent());
        Files.writeString(authority, "a certificate");
        Path module = Files.createDirectories(directory.resolve("deploy/load-test"));

        assertThat(SettingsReader.read(setting -> null, module).ca()).isEqualTo(authority);
        assertThat(SettingsReader.read(setting -> setting == Setting.INSECURE ? "true" : null, module)
                        .ca())
                .isNull();
    }

    @Test
    void optionsOfTheJarAreNamedLikeTheProperties() {
        assertThat(Arrays.stream(Setting.values()).map(Setting::option))
                .startsWith("--simulation", "--base-url", "--ca")
                .contains("--max-failed");
    }

    private LoadSettings read(Map<Setting, String> values) {
        return SettingsReader.read(values::get, directory);
    }
}
