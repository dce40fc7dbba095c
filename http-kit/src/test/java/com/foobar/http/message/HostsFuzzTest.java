package com.foobar.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** A host that passes fits into a field, an address and a quoted string as it is, and has one port at most. */
class HostsFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void host(byte[] bytes) {
        if (!Hosts.isValid(bytes, 0, bytes.length)) {
            return;
        }
        String host = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(host).matches("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(:[0-9]{1,5})?");
    }
}
