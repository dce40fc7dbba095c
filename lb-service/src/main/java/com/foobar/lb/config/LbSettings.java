package com.foobar.lb.config;

import com.foobar.http.backend.BackendSettings;
import com.foobar.http.proxy.HedgingSettings;
import com.foobar.http.proxy.RetrySettings;
import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ServiceSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import java.util.List;

/**
 * Everything that can be set. None of it changes while the service runs, but for the certificate files, which are read again
 * when they change.
 *
 * @param instance name of this process among its like, in logs and metrics
 * @param frontends addresses that clients come to, one at least
 * @param backends groups of servers that answer, one at least
 * @param timeouts how long to wait for whom
 * @param limits what a client may cost
 * @param connections to the servers
 * @param retry what happens to a request that its server failed
 * @param hedging second attempts at safe requests whose answer is late
 * @param hsts whether browsers are told to come by https only
 * @param serverTiming whether responses name this instance in {@code Server-Timing}
 */
public record LbSettings(
        @Default("lb-1") @Description("name of this instance, in logs and metrics")
        String instance,

        @Default(
                "[{name: https, listen: '0.0.0.0:8443', tls: {}}, {name: http, listen: '0.0.0.0:8080', redirect-to: https}]")
        @Description("addresses that clients come to")
        List<FrontendSettings> frontends,

        @Default(
                "[{name: web, servers: [{name: web-1, address: '127.0.0.1:8101'}, {name: web-2, address: '127.0.0.1:8102'}]}]")
        @Description("groups of servers that answer")
        List<BackendSettings> backends,

        @Description("how long to wait for whom") TimeoutSettings timeouts,
        @Description("what a client may cost") LimitSettings limits,
        @Description("connections to the servers") ConnectionSettings connections,

        @Description("what happens to a request that its server failed")
        RetrySettings retry,

        @Description("second attempts at safe requests whose answer is late")
        HedgingSettings hedging,

        @Description("Strict-Transport-Security (RFC 6797)") HstsSettings hsts,

        @Default("true") @Description("name this instance in the Server-Timing field of responses")
        boolean serverTiming,

        @Default("{listen: 'localhost:9901'}") @Description("the port for operators")
        ManagementSettings management,

        @Description("format and level of the logs") LogSettings log,
        @Description("how long a stop may take") ShutdownSettings shutdown)
        implements ServiceSettings {

    public LbSettings {
        frontends = List.copyOf(frontends);
        backends = List.copyOf(backends);
        SettingsReferences.check(frontends, backends);
    }

    /** The backend of a frontend's requests that no route takes; not for frontends that redirect. */
    public String defaultBackend(FrontendSettings frontend) {
        return frontend.backend() == null ? backends.get(0).name() : frontend.backend();
    }
}
