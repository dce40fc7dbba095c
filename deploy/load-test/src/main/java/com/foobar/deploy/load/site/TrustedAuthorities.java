package com.foobar.deploy.load.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities of this JVM and those of a PEM file. */
final class TrustedAuthorities {
    private static final char[] PASSWORD = "authorities".toCharArray();

    private final KeyStore authorities;

    private TrustedAuthorities(KeyStore authorities) {
        this.authorities = authorities;
    }

    /** @throws SiteUnusable when the file holds no certificate */
    static TrustedAuthorities with(Path pem) {
        try (InputStream text = Files.newInputStream(pem)) {
            KeyStore all = KeyStore.getInstance("PKCS12");
            all.load(null, null);
            int number = 0;
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager jvm) {
                    for (X509Certificate certificate : jvm.getAcceptedIssuers()) {
                        all.setCertificateEntry("jvm-" + number++, certificate);
                    }
                }
            }
            Collection<? extends Certificate> given =
                    CertificateFactory.getInstance("X.509").generateCertificates(text);
            if (given.isEmpty()) {
                throw new SiteUnusable("ca: " + pem + " has no certificate (expected: PEM)", null);
            }
            for (Certificate certificate : given) {
                all.setCertificateEntry("ca-" + number++, certificate);
            }
            return new TrustedAuthorities(all);
        } catch (IOException | GeneralSecurityException e) {
            throw new SiteUnusable("ca: " + pem + " cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Makes them what this JVM trusts where nothing else is said. Gatling reads its configuration before a simulation can say
     * anything, but the JVM's defaults when the first user connects.
     */
    void makeDefault() {
        try {
            Path file = Files.createTempFile("authorities-", ".p12");
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                authorities.store(out, PASSWORD);
            }
            System.setProperty("javax.net.ssl.trustStore", file.toString());
            System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
            System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
        } catch (IOException | GeneralSecurityException e) {
            throw new SiteUnusable("cannot keep the authorities to trust: " + e, e);
        }
    }

    /** For a client that trusts them. */
    SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(authorities), null);
        return context;
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
