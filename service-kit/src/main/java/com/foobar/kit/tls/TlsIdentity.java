package com.foobar.kit.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate and its key.
 *
 * @param chain the leaf first
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    /** {@code dNSName} of RFC 5280 §4.2.1.6. */
    private static final Integer DNS_NAME = 2;

    public TlsIdentity {
        chain = List.copyOf(chain);
    }

    /** The certificate that names this server. */
    public X509Certificate leaf() {
        return chain.get(0);
    }

    /** The host names that the certificate is for, in lower case; {@code *.foobar.com} among them. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = leaf().getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (DNS_NAME.equals(alternative.get(0))) {
                    names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the names of " + this + " cannot be read: " + e.getMessage(), e);
        }
        return names;
    }

    /**
     * What a server's TLS begins from: it shows this certificate and asks clients for none.
     *
     * @throws IllegalArgumentException where the JDK cannot use certificate and key
     */
    public SSLContext serverContext() {
        return serverContext(List.of(this), List.of());
    }

    /**
     * What a server's TLS begins from: it shows the certificate that is for the name that a client asks for, or the first. Not made by
     * Netty's builder, which probes for key formats and loads all of Bouncy Castle to do so.
     *
     * @param clientAuthorities who may have signed the certificates of clients; none where they are not asked for
     * @throws IllegalArgumentException where the JDK cannot use certificates and keys
     */
    public static SSLContext serverContext(List<TlsIdentity> identities, List<X509Certificate> clientAuthorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keyManager(identities)}, trust(clientAuthorities), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the certificate and its key cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    /** Shows of these certificates the one that is for the name that a client asks for, or the first; as {@link #serverContext} does. */
    public static X509ExtendedKeyManager keyManager(List<TlsIdentity> identities) {
        return new CertificateKeyManager(identities);
    }

    private static TrustManager @Nullable [] trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        if (authorities.isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Names the certificate, never the key. */
    @Override
    public String toString() {
        return leaf().getSubjectX500Principal() + ", until "
                + leaf().getNotAfter().toInstant();
    }
}
