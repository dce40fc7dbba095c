package com.foobar.lb.frontend;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.lb.config.RouteSettings;
import com.foobar.lb.config.RouteSettings.HeaderSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
    @ParameterizedTest
    @CsvSource({
        "www.foobar.com, www.foobar.com, true",
        "www.foobar.com, WWW.FooBar.COM, true",
        "WWW.foobar.com, www.foobar.com, true",
        "www.foobar.com, www.foobar.com:8443, true",
        "www.foobar.com, www.foobar.com., true",
        "www.foobar.com, www.foobar.com.:80, true",
        "www.foobar.com, foobar.com, false",
        "www.foobar.com, www.foobar.com.evil.example, false",
        "www.foobar.com, xwww.foobar.com, false",
        "*.foobar.com, www.foobar.com, true",
        "*.foobar.com, a.b.FOOBAR.com:80, true",
        "*.foobar.com, foobar.com, false",
        "*.foobar.com, .foobar.com, false",
        "*.foobar.com, evilfoobar.com, false",
        "[2001:db8::1], [2001:DB8::1]:8443, true",
        "[2001:db8::1], [2001:db8::1], true",
        "[2001:db8::1], [2001:db8::10], false",
        "www.foobar.com, '', false",
    })
    void matchesTheHost(String pattern, String host, boolean matches) {
        RequestHead head = head("/");
        head.fields().add(FieldName.HOST, host);

        assertThat(route(new RouteSettings(pattern, null, null, null, null, "web", null), head))
                .isEqualTo(matches);
    }

    @Test
    void matchesNoHostWhereThereIsNone() {
        assertThat(route(new RouteSettings("*.foobar.com", null, null, null, null, "web", null), head("/")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/api, /api, true",
        "/api, /api/, true",
        "/api, /api/users?x=/y, true",
        "/api, /api?x, true",
        "/api, /apis, false",
        "/api, /ap, false",
        "/api, /API, false",
        "/api, /x/api, false",
        "/api, *, false",
        "/api/, /api, true",
        "/api/, /api/x, true",
        "/, /, true",
        "/, /anything, true",
        // The same resources, spelled otherwise.
        "/api, /%61pi/x, true",
        "/api, //api, true",
        "/api, /./api, true",
        "/api, /x/../api, true",
        "/api, /x/%2e%2E/api/y, true",
        "/api, /../../api, true",
        "/api, /api/../x, false",
        "/api, /api/.., false",
        "/api, /api%2Fx, false",
        "/api, /api%2, false",
        "/x, /y?a=/../x, false",
    })
    void matchesTheBeginningOfThePath(String prefix, String target, boolean matches) {
        assertThat(route(new RouteSettings(null, prefix, null, null, null, "web", null), head(target)))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "/old, /old, true",
        "/old, /old?x=1, true",
        "/old, /%6Fld?x=1, true",
        "/old, /old/, false",
        "/old, /older, false",
        "/old, /x/../old, true",
        "/, /, true",
        "/, /?x, true",
        "/, /.., true",
        "/, /x, false",
    })
    void matchesTheWholePath(String path, String target, boolean matches) {
        assertThat(route(new RouteSettings(null, null, path, null, null, "web", null), head(target)))
                .isEqualTo(matches);
    }

    @Test
    void matchesAField() {
        RequestHead head = head("/");
        head.fields().add("X-Canary", "no").add("x-canary", "Yes");

        assertThat(route(field("x-CANARY", null), head)).isTrue();
        assertThat(route(field("x-canary", "Yes"), head)).isTrue();
        assertThat(route(field("x-canary", "yes"), head)).isFalse();
        assertThat(route(field("x-canary", "Ye"), head)).isFalse();
        assertThat(route(field("x-other", null), head)).isFalse();
        head.fields().remove("x-canary");
        assertThat(route(field("x-canary", "no"), head)).isFalse();
    }

    @Test
    void matchesTheMethod() {
        RequestHead head = head("/");
        head.method(Method.of("PURGE"));

        assertThat(route(new RouteSettings(null, null, null, null, "PURGE", "web", null), head))
                .isTrue();
        assertThat(route(new RouteSettings(null, null, null, null, "GET", "web", null), head))
                .isFalse();
    }

    @Test
    void needsAllConditions() {
        RequestHead head = head("/api");
        head.fields().add(FieldName.HOST, "foobar.com").add("X-A", "1");

        assertThat(route(new RouteSettings("foobar.com", "/api", null, header("X-A"), "GET", "web", null), head))
                .isTrue();
        assertThat(route(new RouteSettings("foobar.net", "/api", null, header("X-A"), "GET", "web", null), head))
                .isFalse();
        assertThat(route(new RouteSettings("foobar.com", "/apis", null, header("X-A"), "GET", "web", null), head))
                .isFalse();
        assertThat(route(new RouteSettings("foobar.com", "/api", null, header("X-B"), "GET", "web", null), head))
                .isFalse();
        assertThat(route(new RouteSettings("foobar.com", "/api", null, header("X-A"), "PUT", "web", null), head))
                .isFalse();
    }

    private static RouteSettings field(String name, String value) {
        return new RouteSettings(null, null, null, new HeaderSettings(name, value), null, "web", null);
    }

    private static HeaderSettings header(String name) {
        return new HeaderSettings(name, null);
    }

    private static boolean route(RouteSettings settings, RequestHead head) {
        return Route.of(settings, stream -> {}).matches(head, NormalPath.of(head));
    }

    private static RequestHead head(String target) {
        RequestHead head = new RequestHead();
        head.target(target);
        return head;
    }
}
