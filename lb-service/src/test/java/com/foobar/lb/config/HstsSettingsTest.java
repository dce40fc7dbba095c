package com.foobar.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HstsSettingsTest {
    @Test
    void makesTheField() {
        assertThat(new HstsSettings(Duration.ofDays(365), false).field()).isEqualTo("max-age=31536000");
        assertThat(new HstsSettings(Duration.ofDays(1), true).field()).isEqualTo("max-age=86400; includeSubDomains");
        assertThat(new HstsSettings(Duration.ZERO, true).field()).isNull();
    }
}
