package com.foobar.kit.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormsTest {
    @ParameterizedTest
    @CsvSource({"250ms,250", "2s,2000", "5m,300000", "1h,3600000", "2d,172800000", "0s,0", "90s,90000"})
    void readsAndWritesDurations(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "-1s", "1.5s", "2 weeks", "s", "9999999999s"})
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0B,0", "513B,513", "16KiB,16384", "1MiB,1048576", "3GiB,3221225472"})
    void readsAndWritesSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
        assertThat(new ByteSize(bytes)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({"17,17", "1kB,1000", "2MB,2000000", "1 GB,1000000000"})
    void readsOtherUnits(String text, long bytes) {
        assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1B", "1.5MiB", "1TB", "999999999999999GiB"})
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8101", "10.0.0.7:0", "[::1]:65535", "web_1.example:80"})
    void readsAndWritesAddresses(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", ":80", "a:65536", "a:-1", "::1:80", "a b:1", "a:1/x"})
    void refusesOtherAddresses(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hidesASecret() {
        assertThat(Secret.of("hunter2")).hasToString("***");
        assertThat(Secret.of("hunter2").reveal()).isEqualTo("hunter2");
    }
}
