package com.foobar.lb.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.foobar.kit.settings.SettingsException;
import com.foobar.kit.settings.SettingsReader;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and how that is said. */
class RefusedSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frontend: []                                                           | frontend",
                "frontends: []                                                          | one at least",
                "backends: []                                                           | backends: none",
                "frontends: [{name: a, listen: 'localhost:1'}, {name: a, listen: 'localhost:2'}] | frontends[1].name: a is given twice",
                "frontends: [{name: a, listen: 'localhost:1', redirect-to: b}]          | frontends[0].redirect-to: b",
                "frontends: [{name: a, listen: 'localhost:1', redirect-to: a}]          | a frontend with tls",
                "frontends: [{name: a, listen: 'localhost:1', redirect-to: a, backend: web}] | as this frontend redirects to a",
                "frontends: [{name: a, listen: 'localhost:1', backend: b}]              | frontends[0].backend: b (expected: one of web)",
                "frontends: [{name: a, listen: 'localhost:1', tls: {}, redirect-to: a}] | as this frontend has tls",
                "frontends: [{name: a, listen: 'localhost:1', mode: tcp, tls: {}}]      | tls: is given",
                "frontends: [{name: a, listen: 'localhost:1', mode: tcp, redirect-to: b}] | redirect-to: b",
                "frontends: [{name: a, listen: 'localhost:1', mode: tcp, routes: [{host: h, path: /, backend: web}]}] | routes[0]: has more",
                "frontends: [{name: a, listen: 'localhost:1', mode: tcp, routes: [{host: h, redirect: i}]}] | routes[0]: has more",
                "frontends: [{name: a, listen: 'localhost:1', error-pages: {200: /a}}] | frontends[0]: error-pages: 200",
                "frontends: [{name: a, listen: 'localhost:1', mode: tcp, maintenance-page: /a}] | none with mode tcp",
                "frontends: [{name: a, listen: 'localhost:1', proxy-protocol: {}}]      | trusted: none",
                "frontends: [{name: a, listen: 'localhost:1', proxy-protocol: {trusted: [example.org]}}] | example.org",
                "frontends: [{name: a, listen: 'localhost:1', proxy-protocol: {trusted: [10.0.0.1/8]}}] | no bits set beyond",
                "frontends: [{name: a, listen: 'localhost:70000'}]                      | frontends[0].listen",
                "frontends: [{name: a, listen: 'localhost:1', public-port: 0}]          | frontends[0].public-port",
                "frontends: [{name: a, listen: 'localhost:1', tls: {certificate: x}}]   | frontends[0].tls",
                "frontends: [{name: a, listen: 'localhost:1', guard: {allow: [x]}}]     | allow: x (expected: an address or a network",
                "frontends: [{name: a, listen: 'localhost:1', guard: {deny: [10.1.2.3/8]}}] | no bits set beyond the first 8",
                "frontends: [{name: a, listen: 'localhost:1', mode: tcp, guard: {trusted-proxies: [10.0.0.1]}}] | none with mode tcp",
                "frontends: [{name: a, listen: 'localhost:1', guard: {rate: 0}}]        | frontends[0].guard.rate",
                "timeouts: {connect: 5}                                                 | timeouts.connect",
                "limits: {head: 2KiB, target: 4KiB}                                     | at most head",
                "limits: {maxconn: 0}                                                   | limits.maxconn",
                "retry: {retries: -1}                                                   | retry.retries",
                "retry: {retry-on: [conn-failure, 599]}                                 | 599 (expected: none, conn-failure",
                "retry: {budget: {percent: 101}}                                        | retry.budget.percent",
                "hsts: {max-age: 2000d}                                                 | hsts.max-age",
            })
    void refuses(String yaml, String problem) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void namesAllProblemsAtOnce() {
        assertThatThrownBy(() -> read("{retry: {retries: 99}, unknown: 1, timeouts: {queue: never}}"))
                .hasMessageContaining("retry.retries")
                .hasMessageContaining("unknown")
                .hasMessageContaining("timeouts.queue");
    }

    @Test
    void namesTheFirstFaultOfEachGroupWithTheBadValues() {
        assertThatThrownBy(() -> read("""
                        retry: {retries: 99}
                        frontends:
                          - name: a
                            listen: 'localhost:1'
                            routes:
                              - {host: 'a:1', method: get, backend: web}
                              - {path: x, backend: nowhere}
                        backends:
                          - {name: web, servers: [{name: s, address: 'localhost:0'}], check: {expect-status: 2-3}}
                        """))
                .hasMessageContaining("retry.retries: 99")
                .hasMessageContaining("frontends[0].routes[0]: host: a:1")
                .hasMessageContaining("frontends[0].routes[1]: path: x")
                .hasMessageContaining("backends[0].servers[0]: address: localhost:0")
                .hasMessageContaining("backends[0].check: expect-status: 2-3")
                .hasMessageNotContainingAny("method", "nowhere");
    }

    @Test
    void namesAllReferencesThatAreWrongAtOnce() {
        assertThatThrownBy(() -> read("""
                        frontends:
                          - {name: a, listen: 'localhost:1', routes: [{path: /x, backend: c}, {path: /y, backend: web}]}
                          - {name: a, listen: 'localhost:2', backend: d}
                          - {name: b, listen: 'localhost:3', redirect-to: c, routes: [{host: h, redirect: i}, {host: j, backend: k}]}
                        backends:
                          - {name: web, servers: [{name: s, address: 'localhost:4'}]}
                          - {name: api, servers: [{name: s, address: 'localhost:5'}]}
                          - {name: web, servers: [{name: s, address: 'localhost:6'}]}
                        """))
                .hasMessageContaining("frontends[0].routes[0].backend: c (expected: one of api, web)")
                .hasMessageContaining("frontends[0].backend: is missing")
                .hasMessageContaining("frontends[1].name: a is given twice")
                .hasMessageContaining("frontends[1].backend: d")
                .hasMessageContaining("frontends[2].redirect-to: c")
                .hasMessageContaining("frontends[2].routes[1].backend: k")
                .hasMessageContaining("backends[2].name: web is given twice")
                .hasMessageNotContainingAny("routes[1].backend: web", "frontends[2].backend");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{certificate: /a}                                           | key is missing",
                "{certificates: [{certificate: /a}]}                         | certificates[0].key",
                "{certificate: /a, key: /b, certificates: [{certificate: /c, key: /d}]} | either certificate and key",
                "{certificates: [{certificate: /c, key: /d}, {certificate: /c, key: /e}]} | each file once",
                "{min-version: 1.1}                                          | min-version: 1.1",
                "{client-certificate: maybe}                                 | none, optional, required",
                "{client-certificate: optional}                              | client-ca is missing",
                "{client-ca: /a}                                             | client-ca is given",
            })
    void refusesTheTls(String tls, String problem) {
        assertThatThrownBy(() -> read("frontends: [{name: a, listen: 'localhost:1', tls: " + tls + "}]"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("frontends[0].tls")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{backend: web}                              | has no condition",
                "{path: /}                                   | has no target",
                "{path: /, backend: web, redirect: h}        | has two targets",
                "{host: 'foobar.com:80', backend: web}       | host: foobar.com:80",
                "{host: 'www.*.com', backend: web}           | host: www.*.com",
                "{host: '*', backend: web}                   | host: *",
                "{path: api, backend: web}                   | path: api",
                "{path: /a//b, backend: web}                 | path: /a//b",
                "{path: /a/../b, backend: web}               | path: /a/../b",
                "{path: '/%41', backend: web}                | path: /%41",
                "{path: '/a?b', backend: web}                | path: /a?b",
                "{path: /a, path-exact: /a, backend: web}    | path-exact: /a",
                "{path-exact: /., backend: web}              | path-exact: /.",
                "{header: {name: 'a b'}, backend: web}       | header: name: a b",
                "{header: {value: x}, backend: web}          | header.name: is missing",
                "{method: 'GET POST', backend: web}          | method: GET POST",
                "{path: /, redirect: 'www.foobar.com/x'}     | redirect: www.foobar.com/x",
                "{path: /, redirect: 'ftp://www.foobar.com'} | redirect: ftp://www.foobar.com",
                "{path: /, redirect: 'a:99999'}              | redirect: a:99999",
            })
    void refusesTheRoute(String route, String problem) {
        assertThatThrownBy(() -> read("frontends: [{name: a, listen: 'localhost:1', routes: [" + route + "]}]"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("frontends[0].routes[0]")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-SSL-Client-DN", "x-ssl-client-dn", "Client-Cert", "Client-Cert-Chain", "X-Real-IP", "X_Canary"
            })
    void refusesTheRouteByAFieldThatIsDropped(String name) {
        assertThatThrownBy(() -> read("frontends: [{name: a, listen: 'localhost:1', routes: [" + "{header: {name: "
                        + name + ", value: 'CN=ops'}, backend: web}]}]"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("line 1: frontends[0].routes[0].header: name: " + name
                        + " (expected: a field that is passed on; this one is dropped, as clients may forge it)");
    }

    @Test
    void takesTheRouteByAFieldWhoseNameOnlyBeginsLikeOneThatIsDropped() {
        assertThatCode(() -> read("frontends: [{name: a, listen: 'localhost:1', routes: ["
                        + "{header: {name: X-Real-IP-Version}, backend: web}]}]"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"get", "Get", "pOST"})
    void refusesTheMethodThatNoRequestHas(String method) {
        assertThatThrownBy(() -> read("frontends: [{name: a, listen: 'localhost:1', routes: [{method: " + method
                        + ", backend: web}]}]"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("line 1: frontends[0].routes[0]: method: " + method
                        + " (expected: a method in capitals, such as GET)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PROPFIND", "M-SEARCH"})
    void takesTheMethod(String method) {
        assertThatCode(() -> read("frontends: [{name: a, listen: 'localhost:1', routes: [{method: " + method
                        + ", backend: web}]}]"))
                .doesNotThrowAnyException();
    }

    private static LbSettings read(String yaml) {
        return SettingsReader.read(LbSettings.class, yaml, Map.of());
    }
}
