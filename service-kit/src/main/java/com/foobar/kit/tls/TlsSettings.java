package com.foobar.kit.tls;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a certificate comes from: from two files, or from a development certificate authority that is made on first use.
 *
 * @param certificate PEM, the leaf first, then its chain; null for a development certificate
 * @param key PEM, unencrypted, PKCS#8, PKCS#1 or SEC 1; together with {@code certificate} only
 * @param developmentDirectory where the development authority keeps {@code ca.pem} and what it has signed
 * @param names what a development certificate is good for: host names and addresses
 * @param reloadInterval 1 s to 1 d: how often the files are looked at
 */
public record TlsSettings(
        @Description("certificate chain, PEM; none: a development certificate is made") @Nullable
        Path certificate,

        @Description("private key, PEM") @Nullable Path key,

        @Default("~/.local/share/foobar/tls") @Description("where the development certificate authority lives")
        Path developmentDirectory,

        @Default("[localhost, 127.0.0.1, '::1', foobar.com, www.foobar.com]")
        @Description("names of the development certificate")
        List<String> names,

        @Default("10s") @Range(min = "1s", max = "1d") @Description("how often the files are checked for a change")
        Duration reloadInterval) {

    public TlsSettings {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException((certificate == null ? "certificate" : "key")
                    + " is missing (expected: certificate and key, or neither)");
        }
        if (certificate == null && names.isEmpty()) {
            throw new IllegalArgumentException(
                    "names is empty (expected: at least one name for the development certificate)");
        }
        names = List.copyOf(names);
    }

    /** Whether the certificate is one that no browser trusts by itself. */
    public boolean isDevelopment() {
        return certificate == null;
    }
}
