package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.BackendSettings;
import com.foobar.http.message.Cookies;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.kit.settings.SettingsReader;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;

/** Whatever a client has for a cookie of ours: it names a server only if we have made it, and no server sees it. */
class StickyCookieFuzzTest {
    private static final BackendSettings SETTINGS = SettingsReader.read(BackendSettings.class, """
            name: web
            servers: [{name: web-1, address: '127.0.0.1:1'}, {name: web-2, address: '127.0.0.1:2'}]
            sticky: {cookie: SID, secret: 0123456789abcdef}
            """, Map.of());
    private static final Backend BACKEND = Backend.of(SETTINGS, Clock.systemUTC());
    private static final StickyCookie STICKY = new StickyCookie(BACKEND, Objects.requireNonNull(SETTINGS.sticky()));

    @FuzzTest(maxDuration = "15s")
    void takes(FuzzedDataProvider data) {
        String token = token(BACKEND.servers().get(data.consumeInt(0, 1)));
        String before = data.consumeAsciiString(100);
        String value = token.substring(0, data.consumeInt(0, token.length())) + data.consumeAsciiString(40);
        Fields request = Fields.none();
        request.add(FieldName.COOKIE, before + "SID=" + value);

        String seen = Cookies.value(request, "SID");
        String taken = STICKY.take(request);
        BackendServer server = taken == null ? null : STICKY.server(taken);

        assertThat(taken).isEqualTo(seen);
        if (server != null) {
            assertThat(seen).isEqualTo(token(server));
        }
        assertThat(Cookies.value(request, "SID")).isNull();
    }

    private static String token(BackendServer server) {
        Fields response = Fields.none();
        STICKY.set(response, server);
        String cookie = Objects.requireNonNull(response.get(FieldName.SET_COOKIE));
        return cookie.substring("SID=".length(), cookie.indexOf(';'));
    }
}
