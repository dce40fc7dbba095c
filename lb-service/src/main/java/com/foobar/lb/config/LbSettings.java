package com.foobar.lb.config;

import com.foobar.http.backend.BackendSettings;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ServiceSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that can be set. None of it changes while the service runs, but for the certificate files, which are read again
 * when they change.
 *
 * @param instance name of this process among its like, in logs and metrics
 * @param frontends addresses that clients come to, one at least
 * @param backend the servers that answer
 * @param timeouts how long to wait for whom
 * @param limits what a client may cost
 * @param connections to the servers
 * @param retry what happens to a request that its server failed
 * @param hsts whether browsers are told to come by https only
 */
public record LbSettings(
        @Default("lb-1") @Description("name of this instance, in logs and metrics")
        String instance,

        @Default(
                "[{name: https, listen: '0.0.0.0:8443', tls: {}}, {name: http, listen: '0.0.0.0:8080', redirect-to: https}]")
        @Description("addresses that clients come to")
        List<FrontendSettings> frontends,

        @Default(
                "{name: web, servers: [{name: web-1, address: '127.0.0.1:8101'}, {name: web-2, address: '127.0.0.1:8102'}]}")
        @Description("the servers that answer")
        BackendSettings backend,

        @Description("how long to wait for whom") TimeoutSettings timeouts,
        @Description("what a client may cost") LimitSettings limits,
        @Description("connections to the servers") ConnectionSettings connections,

        @Description("what happens to a request that its server failed")
        RetrySettings retry,

        @Description("Strict-Transport-Security (RFC 6797)") HstsSettings hsts,

        @Default("{listen: 'localhost:9901'}") @Description("the port for operators")
        ManagementSettings management,

        @Description("format and level of the logs") LogSettings log,
        @Description("how long a stop may take") ShutdownSettings shutdown)
        implements ServiceSettings {

    public LbSettings {
        frontends = List.copyOf(frontends);
        if (frontends.isEmpty()) {
            throw new IllegalArgumentException("frontends: none (expected: one at least)");
        }
        Map<String, FrontendSettings> byName = new HashMap<>();
        for (FrontendSettings frontend : frontends) {
            if (byName.put(frontend.name(), frontend) != null) {
                throw new IllegalArgumentException(
                        "frontends: two of the name " + frontend.name() + " (expected: each name once)");
            }
        }
        for (FrontendSettings frontend : frontends) {
            if (frontend.redirectTo() != null) {
                FrontendSettings target = byName.get(frontend.redirectTo());
                if (target == null || target.tls() == null) {
                    throw new IllegalArgumentException("frontends: " + frontend.name() + " redirects to "
                            + frontend.redirectTo() + " (expected: the name of a frontend with tls)");
                }
            }
        }
    }
}
