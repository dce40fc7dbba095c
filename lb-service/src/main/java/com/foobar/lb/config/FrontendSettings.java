package com.foobar.lb.config;

import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;
import com.foobar.kit.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * One listening address.
 *
 * @param name unique; in logs and metrics
 * @param listen address to listen on; port 0 takes a free one
 * @param tls the certificate for https, or null for plain http
 * @param redirectTo name of the https frontend that everything is redirected to (308), or null to forward to the backend
 * @param publicPort that clients use where it is not the one of {@code listen}, as behind a port mapping; null where it is
 */
public record FrontendSettings(
        @Description("name in logs and metrics; each once") String name,

        @Description("address to listen on; port 0 takes a free one")
        HostPort listen,

        @Description("https with this certificate; {} for a development one; without it plain http") @Nullable
        TlsSettings tls,

        @Description(
                "name of the https frontend that all requests are redirected to; without it they go to the backend")
        @Nullable
        String redirectTo,

        @Description("port that clients use, where it is not the listening one (port mapping, for redirects)")
        @Range(min = "1", max = "65535")
        @Nullable
        Integer publicPort) {

    public FrontendSettings {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "name: " + name + " (expected: 1-64 letters, digits, '.', '_' or '-', first a letter or digit)");
        }
        if (tls != null && redirectTo != null) {
            throw new IllegalArgumentException(
                    "redirect-to: " + redirectTo + " (expected: none, as this frontend has tls)");
        }
    }
}
