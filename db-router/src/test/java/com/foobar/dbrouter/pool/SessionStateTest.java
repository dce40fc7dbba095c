package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionStateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET wait_timeout=3 | 3",
                "SET SESSION wait_timeout = 28800 | 28800",
                "set @@session.WAIT_TIMEOUT := 5 | 5",
                "SET `wait_timeout`=6, time_zone='UTC' | 6",
                "SET wait_timeout=3, wait_timeout=4 | 4",
                "SET wait_timeout=0 | 1",
                "SET wait_timeout=DEFAULT | ",
                "SET innodb_lock_wait_timeout=3 | ",
                "SET lock_wait_timeout=3 | ",
                "SET time_zone='UTC' | ",
                "SET wait_timeout=99999999999999999999 | ",
            })
    void knowsTheWaitTimeoutOfItsSettings(String setting, Long seconds) {
        SessionState state = SessionState.ofLogin(null, 45, 0, List.of("SET sql_mode=''", setting));
        assertThat(state.waitTimeout()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }

    private SessionState state = SessionState.ofLogin(null, 45, 0, List.of("SET wait_timeout=60"));

    @Test
    void keepsTheLastOfWhatSetsTheSameAlone() {
        for (int i = 0; i < 100; i++) {
            set("SET time_zone='+00:" + (10 + i % 50) + "'", "time_zone");
            set("SET @@session.sql_mode=''", "sql_mode");
        }
        assertThat(statements())
                .containsExactly("SET wait_timeout=60", "SET time_zone='+00:59'", "SET @@session.sql_mode=''");
    }

    @Test
    void keepsWhatALaterOneBuildsOn() {
        set("SET sql_mode='ANSI'", "sql_mode");
        state = state.withSetting(
                new SessionState.Setting("SET sql_mode=CONCAT(@@sql_mode,',TRADITIONAL')", "sql_mode", false));
        set("SET sql_mode='ANSI'", "sql_mode");
        set("SET sql_mode=''", "sql_mode");
        assertThat(statements())
                .containsExactly(
                        "SET wait_timeout=60",
                        "SET sql_mode='ANSI'",
                        "SET sql_mode=CONCAT(@@sql_mode,',TRADITIONAL')",
                        "SET sql_mode=''");
    }

    @Test
    void keepsWhatSetsSeveral() {
        set("SET time_zone='UTC', sql_mode=''", null);
        set("SET time_zone='SYSTEM'", "time_zone");
        set("SET time_zone='UTC', sql_mode=''", null);
        assertThat(statements())
                .containsExactly("SET wait_timeout=60", "SET time_zone='SYSTEM'", "SET time_zone='UTC', sql_mode=''");
    }

    private void set(String statement, @Nullable String variable) {
        state = state.withSetting(new SessionState.Setting(statement, variable, true));
    }

    private List<String> statements() {
        return state.settings().stream().map(SessionState.Setting::statement).toList();
    }
}
