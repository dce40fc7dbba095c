package com.foobar.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a client calls cookies: one that is taken out is gone from all fields, and the others are what they were. */
class CookiesFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void removes(FuzzedDataProvider data) {
        Fields fields = Fields.none();
        for (int i = data.consumeInt(1, 3); i > 0; i--) {
            fields.add(FieldName.COOKIE, data.consumeAsciiString(200));
        }
        String other = Cookies.value(fields, "other");
        Cookies.remove(fields, "server");
        assertThat(Cookies.value(fields, "server")).isNull();
        assertThat(Cookies.value(fields, "other")).isEqualTo(other);
    }
}
