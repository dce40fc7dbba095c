package com.foobar.dbrouter.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of TLS to the servers, made once: later connections to a server resume the sessions of earlier ones
 * where it lets them. Safe from any thread.
 */
public final class ServerTls {
    /** How {@code https} compares names (RFC 2818): MySQL's clients do alike. */
    private static final String NAMES = "HTTPS";

    private final ServerTlsMode mode;
    private final TrustManager trust;
    private final SslContext context;

    private ServerTls(ServerTlsMode mode, TrustManager trust, SslContext context) {
        this.mode = mode;
        this.trust = trust;
        this.context = context;
    }

    /**
     * Reads the authorities. Blocking.
     *
     * @throws IllegalArgumentException where there are none in the file, with the file and the reason
     */
    public static ServerTls of(ServerTlsSettings settings) {
        try {
            TrustManagerFactory trust = settings.mode().verifies()
                    ? TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
                    : InsecureTrustManagerFactory.INSTANCE;
            if (settings.mode().verifies()) {
                trust.init(settings.ca() == null ? null : authorities(settings.ca()));
            }
            SSLContext jdk = SSLContext.getInstance("TLS");
            jdk.init(null, trust.getTrustManagers(), null);
            return new ServerTls(
                    settings.mode(),
                    trust.getTrustManagers()[0],
                    new JdkSslContext(
                            jdk,
                            true,
                            null,
                            IdentityCipherSuiteFilter.INSTANCE,
                            ApplicationProtocolConfig.DISABLED,
                            ClientAuth.NONE,
                            new String[] {"TLSv1.3", "TLSv1.2"},
                            false));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "server-tls.ca: cannot read certificates from " + settings.ca() + " (expected: PEM): " + e, e);
        }
    }

    private static KeyStore authorities(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        if (store.size() == 0) {
            throw new GeneralSecurityException("there is none");
        }
        return store;
    }

    /** @return whether to ask a server that offers it */
    public boolean isWanted() {
        return mode != ServerTlsMode.DISABLED;
    }

    /** @return why there can be no connection to a server that offers none; null where there can */
    public @Nullable String demand() {
        return mode == ServerTlsMode.DISABLED || mode == ServerTlsMode.PREFERRED
                ? null
                : "server-tls.mode: " + mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @return the client's side of one connection */
    public SslHandler handler(ByteBufAllocator allocator, String host, int port) {
        SslHandler handler = context.newHandler(allocator, host, port);
        if (mode == ServerTlsMode.VERIFY_IDENTITY) {
            SSLParameters parameters = handler.engine().getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm(NAMES);
            handler.engine().setSSLParameters(parameters);
        }
        return handler;
    }

    /** Has a connection of the Vert.x client do the same. */
    public void applyTo(MySQLConnectOptions options) {
        options.setSslMode(SslMode.valueOf(mode.name()));
        if (isWanted()) {
            options.setSslOptions(new ClientSSLOptions()
                    .setTrustOptions(TrustOptions.wrap(trust))
                    .setHostnameVerificationAlgorithm(mode == ServerTlsMode.VERIFY_IDENTITY ? NAMES : ""));
        }
    }
}
