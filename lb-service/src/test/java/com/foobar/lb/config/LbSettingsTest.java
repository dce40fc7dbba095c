package com.foobar.lb.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.backend.BackendSettings;
import com.foobar.http.proxy.HedgingSettings;
import com.foobar.http.proxy.RetrySettings;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.SettingsReader;
import com.foobar.lb.config.FrontendSettings.Mode;
import com.foobar.lb.config.FrontendTlsSettings.CertificateSettings;
import com.foobar.lb.config.FrontendTlsSettings.ClientCertificates;
import com.foobar.lb.config.RouteSettings.HeaderSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LbSettingsTest {
    @Test
    void hasTheseDefaults() {
        LbSettings settings = SettingsReader.defaults(LbSettings.class);

        assertThat(settings.instance()).isEqualTo("lb-1");
        assertThat(settings.frontends())
                .containsExactly(
                        new FrontendSettings(
                                "https",
                                new HostPort("0.0.0.0", 8443),
                                Mode.HTTP,
                                null,
                                SettingsReader.defaults(FrontendTlsSettings.class),
                                null,
                                null,
                                List.of(),
                                Map.of(),
                                null,
                                null,
                                null),
                        new FrontendSettings(
                                "http",
                                new HostPort("0.0.0.0", 8080),
                                Mode.HTTP,
                                null,
                                null,
                                "https",
                                null,
                                List.of(),
                                Map.of(),
                                null,
                                null,
                                null));
        assertThat(settings.backends()).containsExactly(backend("""
                        name: web
                        servers:
                          - {name: web-1, address: '127.0.0.1:8101'}
                          - {name: web-2, address: '127.0.0.1:8102'}
                        """));
        assertThat(settings.timeouts())
                .isEqualTo(new TimeoutSettings(
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(75),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        Duration.ofHours(1),
                        Duration.ofSeconds(5),
                        Duration.ZERO,
                        Duration.ofSeconds(10)));
        assertThat(settings.limits())
                .isEqualTo(new LimitSettings(
                        10_000,
                        new ByteSize(16 << 10),
                        100,
                        new ByteSize(8 << 10),
                        new ByteSize(64 << 20),
                        100_000,
                        100,
                        1000,
                        new ByteSize(240),
                        true));
        assertThat(settings.connections())
                .isEqualTo(new ConnectionSettings(512, 1024, 64, Duration.ofSeconds(30), Duration.ofSeconds(1), 100));
        assertThat(settings.retry()).isEqualTo(RetrySettings.DEFAULTS);
        assertThat(settings.hedging()).isEqualTo(HedgingSettings.OFF);
        assertThat(settings.hsts()).isEqualTo(new HstsSettings(Duration.ofDays(365), false));
        assertThat(settings.serverTiming()).isTrue();
        assertThat(settings.management()).isEqualTo(new ManagementSettings(new HostPort("localhost", 9901)));
        assertThat(settings.log()).isEqualTo(SettingsReader.defaults(LogSettings.class));
        assertThat(settings.shutdown()).isEqualTo(SettingsReader.defaults(ShutdownSettings.class));
    }

    @Test
    void readsEveryKey() {
        LbSettings settings = read("""
                instance: lb-2
                frontends:
                  - name: secure
                    listen: 10.0.0.1:443
                    tls:
                      certificate: /etc/lb/cert.pem
                      key: /etc/lb/key.pem
                      development-directory: /tmp/ca
                      names: [example.org]
                      reload-interval: 7s
                      min-version: 1.3
                      client-certificate: required
                      client-ca: /etc/lb/clients.pem
                    public-port: 444
                    error-pages: {503: /etc/lb/sorry.html}
                    maintenance-page: /etc/lb/maintenance.html
                    proxy-protocol: {trusted: [10.0.0.0/8, '::1']}
                    routes:
                      - host: '*.example.org'
                        path: /api
                        header: {name: X-Canary, value: always}
                        method: PUT
                        backend: site
                      - path-exact: /old
                        header: {name: X-Any}
                        redirect: https://new.example.org:8443
                    backend: site
                    guard:
                      allow: [10.0.0.0/8, '2001:db8::/32']
                      deny: [10.9.9.9]
                      trusted-proxies: [192.0.2.0/24]
                      rate: 31
                      burst: 32
                      concurrency: 33
                      connections: 34
                      clients: 35000
                  - name: plain
                    listen: 10.0.0.1:80
                    redirect-to: secure
                  - name: raw
                    listen: 10.0.0.1:5432
                    mode: tcp
                    routes: [{host: db.example.org, backend: site}]
                backends:
                  - name: site
                    balance: leastconn
                    servers:
                      - name: a
                        address: 10.0.0.2:81
                        weight: 9
                    check:
                      path: /up
                      inter: 3s
                      fastinter: 1s
                      downinter: 4s
                      timeout: 5s
                      fall: 6
                      rise: 7
                      spread-checks: 8
                      on-error: fail-check
                timeouts:
                  http-request: 1s
                  http-keep-alive: 2s
                  client: 3s
                  connect: 4s
                  server: 5s
                  queue: 6s
                  tunnel: 7s
                  inspect-delay: 9s
                  total: 8s
                  body: 9s
                limits:
                  maxconn: 11
                  head: 12KiB
                  fields: 13
                  target: 4KiB
                  body: 15MiB
                  requests-per-connection: 16
                  concurrent-streams: 17
                  glitches-threshold: 18
                  body-rate: 19B
                  extended-connect: false
                connections:
                  maxconn: 21
                  maxqueue: 22
                  idle: 23
                  idle-timeout: 24s
                  unrepeatable-idle: 26s
                  concurrent-streams: 25
                retry:
                  retries: 0
                  retry-on: [503, conn-failure]
                  buffer: 31KiB
                  budget: {percent: 32, minimum: 33}
                hedging: {enabled: true, percentile: 90, min-delay: 34ms}
                hsts:
                  max-age: 30d
                  include-subdomains: true
                server-timing: false
                management:
                  listen: 127.0.0.1:9999
                log:
                  format: json
                  level: debug
                  access: false
                shutdown:
                  delay: 3s
                  timeout: 20s
                """);

        assertThat(settings)
                .isEqualTo(new LbSettings(
                        "lb-2",
                        List.of(
                                new FrontendSettings(
                                        "secure",
                                        new HostPort("10.0.0.1", 443),
                                        Mode.HTTP,
                                        new ProxyProtocolSettings(List.of("10.0.0.0/8", "::1")),
                                        new FrontendTlsSettings(
                                                Path.of("/etc/lb/cert.pem"),
                                                Path.of("/etc/lb/key.pem"),
                                                List.of(),
                                                Path.of("/tmp/ca"),
                                                List.of("example.org"),
                                                Duration.ofSeconds(7),
                                                "1.3",
                                                ClientCertificates.REQUIRED,
                                                Path.of("/etc/lb/clients.pem")),
                                        null,
                                        444,
                                        List.of(
                                                new RouteSettings(
                                                        "*.example.org",
                                                        "/api",
                                                        null,
                                                        new HeaderSettings("X-Canary", "always"),
                                                        "PUT",
                                                        "site",
                                                        null),
                                                new RouteSettings(
                                                        null,
                                                        null,
                                                        "/old",
                                                        new HeaderSettings("X-Any", null),
                                                        null,
                                                        null,
                                                        "https://new.example.org:8443")),
                                        Map.of("503", Path.of("/etc/lb/sorry.html")),
                                        Path.of("/etc/lb/maintenance.html"),
                                        "site",
                                        new GuardSettings(
                                                List.of("10.0.0.0/8", "2001:db8::/32"),
                                                List.of("10.9.9.9"),
                                                List.of("192.0.2.0/24"),
                                                31,
                                                32,
                                                33,
                                                34,
                                                35_000)),
                                new FrontendSettings(
                                        "plain",
                                        new HostPort("10.0.0.1", 80),
                                        Mode.HTTP,
                                        null,
                                        null,
                                        "secure",
                                        null,
                                        List.of(),
                                        Map.of(),
                                        null,
                                        null,
                                        null),
                                new FrontendSettings(
                                        "raw",
                                        new HostPort("10.0.0.1", 5432),
                                        Mode.TCP,
                                        null,
                                        null,
                                        null,
                                        null,
                                        List.of(new RouteSettings(
                                                "db.example.org", null, null, null, null, "site", null)),
                                        Map.of(),
                                        null,
                                        null,
                                        null)),
                        // Its own keys are pinned where they are defined, in BackendSettingsTest.
                        List.of(backend("""
                                name: site
                                balance: leastconn
                                servers: [{name: a, address: '10.0.0.2:81', weight: 9}]
                                check: {path: /up, inter: 3s, fastinter: 1s, downinter: 4s, timeout: 5s, fall: 6, rise: 7,
                                        spread-checks: 8, on-error: fail-check}
                                """)),
                        new TimeoutSettings(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7),
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(9)),
                        new LimitSettings(
                                11,
                                new ByteSize(12 << 10),
                                13,
                                new ByteSize(4 << 10),
                                new ByteSize(15 << 20),
                                16,
                                17,
                                18,
                                new ByteSize(19),
                                false),
                        new ConnectionSettings(21, 22, 23, Duration.ofSeconds(24), Duration.ofSeconds(26), 25),
                        new RetrySettings(
                                0,
                                List.of("503", "conn-failure"),
                                new ByteSize(31 << 10),
                                new RetrySettings.Budget(32, 33)),
                        new HedgingSettings(true, 90, Duration.ofMillis(34)),
                        new HstsSettings(Duration.ofDays(30), true),
                        false,
                        new ManagementSettings(new HostPort("127.0.0.1", 9999)),
                        new LogSettings(LogSettings.Format.JSON, LogSettings.Level.DEBUG, false),
                        new ShutdownSettings(Duration.ofSeconds(3), Duration.ofSeconds(20))));
    }

    @Test
    void readsSeveralCertificates() {
        LbSettings settings = read("""
                frontends:
                  - name: a
                    listen: localhost:1
                    tls: {certificates: [{certificate: /a.pem, key: /a.key}, {certificate: /b.pem, key: /b.key}]}
                """);

        FrontendTlsSettings tls = settings.frontends().get(0).tls();
        assertThat(tls).isNotNull();
        assertThat(tls.certificates())
                .containsExactly(
                        new CertificateSettings(Path.of("/a.pem"), Path.of("/a.key")),
                        new CertificateSettings(Path.of("/b.pem"), Path.of("/b.key")));
        assertThat(tls.isDevelopment()).isFalse();
    }

    private static LbSettings read(String yaml) {
        return SettingsReader.read(LbSettings.class, yaml, Map.of());
    }

    private static BackendSettings backend(String yaml) {
        return SettingsReader.read(BackendSettings.class, yaml, Map.of());
    }
}
