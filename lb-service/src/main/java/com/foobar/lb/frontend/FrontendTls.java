package com.foobar.lb.frontend;

import com.foobar.http.server.ServerTls;
import com.foobar.kit.tls.TlsAuthorities;
import com.foobar.kit.tls.TlsIdentities;
import com.foobar.kit.tls.TlsIdentity;
import com.foobar.kit.tls.TlsSettings;
import com.foobar.lb.config.FrontendTlsSettings;
import com.foobar.lb.config.FrontendTlsSettings.ClientCertificates;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A frontend's certificates, and what new connections are encrypted with. When a certificate's files change, or those of the clients'
 * authorities, new connections get the new ones; those that are open keep what they began with. Thread-safe.
 */
final class FrontendTls implements AutoCloseable {
    private final FrontendTlsSettings settings;
    private final List<TlsIdentities> watched = new ArrayList<>();
    private final List<TlsIdentity> identities = new ArrayList<>();
    private List<X509Certificate> authorities = List.of();
    private @Nullable TlsAuthorities watchedAuthorities;
    private volatile @Nullable SslContext context;

    private FrontendTls(FrontendTlsSettings settings) {
        this.settings = settings;
    }

    /**
     * Reads all certificates and watches their files.
     *
     * @return fails with {@link com.foobar.kit.tls.UnusableCertificate} or {@link IllegalArgumentException} where one cannot be used
     */
    static Future<FrontendTls> open(Vertx vertx, FrontendTlsSettings settings) {
        FrontendTls tls = new FrontendTls(settings);
        List<TlsSettings> all = settings.identities();
        Path clientCa = settings.clientCa();
        Future<Void> opened = clientCa == null
                ? Future.succeededFuture()
                : TlsAuthorities.open(vertx, clientCa, all.get(0).reloadInterval(), tls::trust)
                        .map(authorities -> {
                            tls.watchedAuthorities = authorities;
                            return null;
                        });
        for (int i = 0; i < all.size(); i++) {
            int index = i;
            opened = opened.compose(
                            before -> TlsIdentities.open(vertx, all.get(index), identity -> tls.use(index, identity)))
                    .map(identities -> {
                        tls.watched.add(identities);
                        return null;
                    });
        }
        return opened.map(done -> tls).onFailure(failure -> tls.close());
    }

    /** On a worker thread: the first time for each, in order, and whenever one has changed. */
    private synchronized void use(int index, TlsIdentity identity) {
        List<TlsIdentity> changed = new ArrayList<>(identities);
        if (index < changed.size()) {
            changed.set(index, identity);
        } else {
            changed.add(identity);
        }
        use(changed, authorities);
        identities.clear();
        identities.addAll(changed);
    }

    /** On a worker thread: before the first certificate, and whenever the authorities have changed. */
    private synchronized void trust(List<X509Certificate> changed) {
        use(identities, changed);
        authorities = changed;
    }

    private void use(List<TlsIdentity> all, List<X509Certificate> trusted) {
        if (all.size() < settings.identities().size()) {
            // It is still being opened.
            return;
        }
        List<String> versions =
                settings.minVersion().equals("1.3") ? ServerTls.VERSIONS.subList(0, 1) : ServerTls.VERSIONS;
        context = new ServerTls(all, trusted, clientAuth(settings.clientCertificate()), versions).context();
    }

    private static ClientAuth clientAuth(ClientCertificates certificates) {
        return switch (certificates) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    /** What a new connection is encrypted with. */
    SslContext context() {
        return Objects.requireNonNull(context);
    }

    /** The certificates in use, in the order of the settings. */
    synchronized List<FrontendCertificate> certificates() {
        List<FrontendCertificate> certificates = new ArrayList<>();
        for (int i = 0; i < identities.size(); i++) {
            Path file = settings.identities().get(i).certificate();
            certificates.add(new FrontendCertificate(
                    file == null ? "development" : file.toString(),
                    identities.get(i).leaf().getNotAfter().toInstant()));
        }
        return certificates;
    }

    /** Stops watching the files. */
    @Override
    public void close() {
        watched.forEach(TlsIdentities::close);
        if (watchedAuthorities != null) {
            watchedAuthorities.close();
        }
    }

    @Override
    public synchronized String toString() {
        return identities.stream().map(TlsIdentity::toString).collect(Collectors.joining("; "));
    }
}
