package com.foobar.lb.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import com.foobar.kit.tls.TlsSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of a frontend, from files or from a development authority, and what clients must bring.
 *
 * @param certificate PEM, the leaf first, then its chain; for a frontend with one certificate
 * @param key PEM, unencrypted; together with {@code certificate} only
 * @param certificates several, each for the names that it carries; clients that ask for none of them get the first. Where there is no
 *     certificate at all a development certificate is made
 * @param developmentDirectory where the development authority keeps {@code ca.pem} and what it has signed
 * @param names what a development certificate is good for: host names and addresses
 * @param reloadInterval 1 s to 1 d: how often the files are looked at
 * @param minVersion the oldest version of TLS that is spoken
 * @param clientCertificate whether clients are asked for a certificate
 * @param clientCa PEM, the authorities that may have signed it; not null where clients are asked
 */
public record FrontendTlsSettings(
        @Description("certificate chain, PEM; neither this nor certificates: a development certificate is made")
        @Nullable
        Path certificate,

        @Description("private key, PEM") @Nullable Path key,

        @Description("several certificates, chosen by the name that a client asks for; the first for all other names")
        List<CertificateSettings> certificates,

        @Default("~/.local/share/foobar/tls") @Description("where the development certificate authority lives")
        Path developmentDirectory,

        @Default("[localhost, 127.0.0.1, '::1', foobar.com, www.foobar.com]")
        @Description("names of the development certificate")
        List<String> names,

        @Default("10s") @Range(min = "1s", max = "1d") @Description("how often the files are checked for a change")
        Duration reloadInterval,

        @Default("1.2") @Description("oldest version of TLS: 1.2 or 1.3")
        String minVersion,

        @Default("none")
        @Description(
                "whether clients are asked for a certificate: none, optional (one that is shown must be valid), required")
        ClientCertificates clientCertificate,

        @Description("authorities that may have signed the clients' certificates, PEM") @Nullable
        Path clientCa) {

    /** Whether clients are asked for a certificate. */
    public enum ClientCertificates {
        NONE,
        OPTIONAL,
        REQUIRED
    }

    /** A certificate and its key, PEM. */
    public record CertificateSettings(
            @Description("certificate chain, PEM") Path certificate,
            @Description("private key, PEM") Path key) {}

    public FrontendTlsSettings {
        certificates = List.copyOf(certificates);
        names = List.copyOf(names);
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException((certificate == null ? "certificate" : "key")
                    + " is missing (expected: certificate and key, or neither)");
        }
        if (certificate != null && !certificates.isEmpty()) {
            throw new IllegalArgumentException(
                    "certificates: several (expected: either certificate and key, or certificates)");
        }
        if (certificates.stream()
                        .map(CertificateSettings::certificate)
                        .distinct()
                        .count()
                < certificates.size()) {
            throw new IllegalArgumentException("certificates: two of one file (expected: each file once)");
        }
        if (certificate == null && certificates.isEmpty() && names.isEmpty()) {
            throw new IllegalArgumentException(
                    "names is empty (expected: at least one name for the development certificate)");
        }
        if (!minVersion.equals("1.2") && !minVersion.equals("1.3")) {
            throw new IllegalArgumentException("min-version: " + minVersion + " (expected: 1.2 or 1.3)");
        }
        if ((clientCertificate == ClientCertificates.NONE) != (clientCa == null)) {
            throw new IllegalArgumentException("client-ca " + (clientCa == null ? "is missing" : "is given")
                    + " (expected: together with client-certificate: optional or required)");
        }
    }

    /** Whether the certificate is one that no browser trusts by itself. */
    public boolean isDevelopment() {
        return certificate == null && certificates.isEmpty();
    }

    /** Where each certificate comes from, the default one first. */
    public List<TlsSettings> identities() {
        if (certificates.isEmpty()) {
            return List.of(new TlsSettings(certificate, key, developmentDirectory, names, reloadInterval));
        }
        return certificates.stream()
                .map(one -> new TlsSettings(one.certificate(), one.key(), developmentDirectory, names, reloadInterval))
                .toList();
    }
}
