package com.foobar.kit.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * A certificate and its key.
 *
 * @param chain the leaf first
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    public TlsIdentity {
        chain = List.copyOf(chain);
    }

    /** The certificate that names this server. */
    public X509Certificate leaf() {
        return chain.get(0);
    }

    /**
     * What a server's TLS begins from: it shows this certificate and asks clients for none. Not made by Netty's builder,
     * which probes for key formats and loads all of Bouncy Castle to do so.
     *
     * @throws IllegalArgumentException where the JDK cannot use certificate and key
     */
    public SSLContext serverContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new CertificateKeyManager(chain, key)}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "the certificate and its key cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    /** Names the certificate, never the key. */
    @Override
    public String toString() {
        return leaf().getSubjectX500Principal() + ", until "
                + leaf().getNotAfter().toInstant();
    }
}
