package com.foobar.lb.config;

import com.foobar.http.backend.BackendSettings;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One listening address.
 *
 * @param name unique; in logs and metrics
 * @param listen address to listen on; port 0 takes a free one
 * @param mode what is spoken
 * @param proxyProtocol who tells us the clients' addresses; null where nobody does
 * @param tls the certificate for https, or null for plain http
 * @param redirectTo name of the https frontend that everything is redirected to (308), or null to forward to a backend
 * @param publicPort that clients use where it is not the one of {@code listen}, as behind a port mapping; null where it is
 * @param routes to other backends and hosts, the first that matches before the next
 * @param errorPages files in place of our own error responses, by status
 * @param maintenancePage file that answers every request as long as it is there; null for none
 * @param backend name of the one that answers what no route takes; null for the only one, or where {@code redirectTo} does
 * @param guard whom it answers and how much each client may have; null for everybody without bounds
 */
public record FrontendSettings(
        @Description("name in logs and metrics; each once") String name,

        @Description("address to listen on; port 0 takes a free one")
        HostPort listen,

        @Default("http")
        @Description(
                "http, or tcp: connections are passed to a server as they are; routes by host read the name in the TLS ClientHello")
        Mode mode,

        @Description("proxies that tell the client's address by the PROXY protocol") @Nullable
        ProxyProtocolSettings proxyProtocol,

        @Description("https with this certificate; {} for a development one; without it plain http") @Nullable
        FrontendTlsSettings tls,

        @Description(
                "name of the https frontend that requests without a route are redirected to; without it they go to a backend")
        @Nullable
        String redirectTo,

        @Description("port that clients use, where it is not the listening one (port mapping, for redirects)")
        @Range(min = "1", max = "65535")
        @Nullable
        Integer publicPort,

        @Description("where requests go by host, path, field and method; the first that matches is taken")
        List<RouteSettings> routes,

        @Description("files answered in place of our own error responses, by status: {503: /etc/lb/sorry.html}")
        Map<String, Path> errorPages,

        @Description("file that is the answer to every request, with status 503, as long as it is there") @Nullable
        Path maintenancePage,

        @Description("name of the backend of all other requests; may be left out where there is one backend") @Nullable
        String backend,

        @Description(
                "whom the frontend answers, and how much each client may have; without it everybody, without bounds")
        @Nullable
        GuardSettings guard) {

    /** What a frontend speaks. */
    public enum Mode {
        HTTP,
        TCP
    }

    public FrontendSettings {
        routes = List.copyOf(routes);
        errorPages = Map.copyOf(errorPages);
        BackendSettings.checkErrorPages(errorPages);
        BackendSettings.checkName(name);
        if (mode == Mode.TCP) {
            if (!errorPages.isEmpty() || maintenancePage != null) {
                throw new IllegalArgumentException(
                        "error-pages, maintenance-page: given (expected: none with mode tcp)");
            }
            checkTcp(tls, redirectTo, routes);
            if (guard != null && !guard.trustedProxies().isEmpty()) {
                throw new IllegalArgumentException(
                        "guard.trusted-proxies: are given (expected: none with mode tcp, where proxy-protocol tells the client)");
            }
        }
        if (backend != null && redirectTo != null) {
            throw new IllegalArgumentException(
                    "backend: " + backend + " (expected: none, as this frontend redirects to " + redirectTo + ")");
        }
        if (tls != null && redirectTo != null) {
            throw new IllegalArgumentException(
                    "redirect-to: " + redirectTo + " (expected: none, as this frontend has tls)");
        }
    }

    private static void checkTcp(
            @Nullable FrontendTlsSettings tls, @Nullable String redirectTo, List<RouteSettings> routes) {
        if (tls != null) {
            throw new IllegalArgumentException(
                    "tls: is given (expected: none with mode tcp, which passes TLS on to the servers)");
        }
        if (redirectTo != null) {
            throw new IllegalArgumentException("redirect-to: " + redirectTo + " (expected: none with mode tcp)");
        }
        for (int i = 0; i < routes.size(); i++) {
            RouteSettings route = routes.get(i);
            boolean byHostOnly = route.path() == null
                    && route.pathExact() == null
                    && route.header() == null
                    && route.method() == null
                    && route.redirect() == null;
            if (!byHostOnly) {
                throw new IllegalArgumentException(
                        "routes[" + i + "]: has more than host and backend (expected: no more with mode tcp)");
            }
        }
    }
}
