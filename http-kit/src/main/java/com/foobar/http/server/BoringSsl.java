package com.foobar.http.server;

import com.foobar.kit.tls.TlsIdentity;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;

/** TLS by BoringSSL, which Netty brings for Linux with glibc. Refuses renegotiation always. */
final class BoringSsl {
    /** Ed25519 is not among what it signs with unless built so. */
    private static final Set<String> KEYS = Set.of("RSA", "EC");

    /**
     * What a connection keeps for what BoringSSL has to say while nothing is being sent: alerts and new keys. Netty would have 2 KB, for as long as the connection lives; what does not fit,
     * as in a handshake, waits until there is a buffer to send it from.
     */
    private static final int OWN_OUTPUT_BYTES = 256;

    private BoringSsl() {}

    static boolean canUse(List<TlsIdentity> identities) {
        return OpenSsl.isAvailable()
                && identities.stream()
                        .allMatch(identity -> KEYS.contains(identity.key().getAlgorithm()));
    }

    /** @throws IllegalArgumentException if the certificates cannot be used */
    static SslContext context(ServerTls tls) {
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(keys(tls.identities()))
                    .sslProvider(SslProvider.OPENSSL)
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(ServerTls.APPLICATION_PROTOCOLS)
                    .protocols(tls.versions())
                    .clientAuth(tls.clientCertificates());
            if (!tls.clientAuthorities().isEmpty()) {
                builder.trustManager(tls.clientAuthorities().toArray(X509Certificate[]::new));
            }
            SslContext context = builder.build();
            // Has tickets issued, which Netty would not; as no keys are given BoringSSL makes its own, and new ones
            // every two days.
            ((OpenSslSessionContext) context.sessionContext()).setTicketKeys(new OpenSslSessionTicketKey[0]);
            if (context instanceof ReferenceCountedOpenSslContext openSsl) {
                openSsl.setBioNonApplicationBufferSize(OWN_OUTPUT_BYTES);
            }
            return context;
        } catch (SSLException e) {
            throw new IllegalArgumentException(
                    "the certificate and its key cannot be used for TLS: " + e.getMessage(), e);
        }
    }

    /** One that keeps keys as BoringSSL reads them: to convert them takes longer than to sign. */
    private static OpenSslCachingX509KeyManagerFactory keys(List<TlsIdentity> identities) {
        return new OpenSslCachingX509KeyManagerFactory(
                new KeyManagerFactoryWrapper(TlsIdentity.keyManager(identities)));
    }
}
