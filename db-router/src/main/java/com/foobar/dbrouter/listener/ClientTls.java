package com.foobar.dbrouter.listener;

import com.foobar.kit.StartFailure;
import com.foobar.kit.tls.TlsIdentities;
import com.foobar.kit.tls.TlsIdentity;
import com.foobar.kit.tls.TlsSettings;
import com.foobar.kit.tls.UnusableCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as clients are offered it, or not: TLS 1.2 and 1.3 with forward secrecy, by a certificate that is replaced when its
 * files change. Connections that are open keep what they began with. Safe from any thread.
 */
public final class ClientTls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientTls.class);

    private final boolean required;
    private volatile @Nullable SslContext context;
    private volatile @Nullable TlsIdentities identities;

    private ClientTls(boolean required) {
        this.required = required;
    }

    /**
     * @param settings null where clients are not to be offered it
     * @param required whether those who do without are refused
     * @return fails with {@link StartFailure} where the certificate cannot be used
     */
    public static Future<ClientTls> open(Vertx vertx, @Nullable TlsSettings settings, boolean required) {
        ClientTls tls = new ClientTls(required);
        if (settings == null) {
            return Future.succeededFuture(tls);
        }
        return TlsIdentities.open(vertx, settings, tls::use)
                .map(opened -> {
                    tls.identities = opened;
                    log.info("TLS is offered to clients with certificate {}", opened.current());
                    return tls;
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof UnusableCertificate || failure instanceof IllegalArgumentException
                                ? new StartFailure("tls: " + failure.getMessage(), failure)
                                : failure));
    }

    private void use(TlsIdentity identity) {
        context = new JdkSslContext(
                identity.serverContext(),
                false,
                // Mozilla's list for servers, of use to any protocol.
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED,
                ClientAuth.NONE,
                new String[] {"TLSv1.3", "TLSv1.2"},
                false);
    }

    boolean isOffered() {
        return context != null;
    }

    boolean isRequired() {
        return required;
    }

    /** @return the server's side of one connection, with the certificate of now */
    SslHandler handler(ByteBufAllocator allocator) {
        return Objects.requireNonNull(context).newHandler(allocator);
    }

    /** Stops watching the certificate. */
    @Override
    public void close() {
        TlsIdentities open = identities;
        if (open != null) {
            open.close();
        }
    }
}
