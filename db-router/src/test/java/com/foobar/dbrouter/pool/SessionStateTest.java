package com.foobar.dbrouter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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
        SessionState state = new SessionState(null, 45, List.of("SET sql_mode=''", setting));
        assertThat(state.waitTimeout()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }
}
