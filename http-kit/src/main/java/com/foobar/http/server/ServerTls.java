package com.foobar.http.server;

import com.foobar.kit.tls.TlsIdentity;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * TLS as a listener wants it: ciphers with forward secrecy, HTTP/2 and HTTP/1.1 offered by ALPN, sessions resumed (RFC 5077, RFC 8446 §2.2).
 *
 * @param identities the certificates, one at least; each is shown to those who ask for its name, the first to all others
 * @param clientAuthorities who may have signed the clients' certificates
 * @param clientCertificates whether clients are asked for one, and whether they may have none
 * @param versions the first is preferred: {@code TLSv1.3}, {@code TLSv1.2}
 */
public record ServerTls(
        List<TlsIdentity> identities,
        List<X509Certificate> clientAuthorities,
        ClientAuth clientCertificates,
        List<String> versions) {
    public static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    static final ApplicationProtocolConfig APPLICATION_PROTOCOLS = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    public ServerTls {
        identities = List.copyOf(identities);
        clientAuthorities = List.copyOf(clientAuthorities);
        versions = List.copyOf(versions);
    }

    /**
     * By BoringSSL, which takes a fraction of the JDK's time, where it runs on this machine and knows the kinds of keys; otherwise by the JDK.
     *
     * @throws IllegalArgumentException if the certificates cannot be used
     */
    public SslContext context() {
        return BoringSsl.canUse(identities) ? BoringSsl.context(this) : jdkContext();
    }

    SslContext jdkContext() {
        return new JdkSslContext(
                TlsIdentity.serverContext(identities, clientAuthorities),
                false,
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                APPLICATION_PROTOCOLS,
                clientCertificates,
                versions.toArray(String[]::new),
                false);
    }

    /**
     * With one certificate, for any client.
     *
     * @param chain the certificate first, then its issuers
     * @throws IllegalArgumentException if they cannot be used
     */
    public static SslContext context(List<X509Certificate> chain, PrivateKey key) {
        return new ServerTls(List.of(new TlsIdentity(chain, key)), List.of(), ClientAuth.NONE, VERSIONS).context();
    }
}
