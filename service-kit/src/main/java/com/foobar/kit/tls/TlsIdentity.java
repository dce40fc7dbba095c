package com.foobar.kit.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

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

    /** Names the certificate, never the key. */
    @Override
    public String toString() {
        return leaf().getSubjectX500Principal() + ", until "
                + leaf().getNotAfter().toInstant();
    }
}
