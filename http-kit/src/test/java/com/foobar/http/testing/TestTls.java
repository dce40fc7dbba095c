package com.foobar.http.testing;

import com.foobar.http.server.ServerTls;
import com.foobar.kit.tls.TlsIdentities;
import com.foobar.kit.tls.TlsSettings;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Both sides of TLS for {@code localhost}, with a certificate of a development CA.
 *
 * @param client trusts the server's certificate and no other
 */
public record TestTls(SslContext server, SSLContext client) {
    /** @param directory where the CA is kept */
    public static TestTls make(Path directory) throws GeneralSecurityException, IOException {
        Vertx vertx = Vertx.vertx();
        TlsIdentities identities = Fixture.await(TlsIdentities.open(
                vertx,
                new TlsSettings(null, null, directory, List.of("localhost"), Duration.ofHours(1)),
                ignored -> {}));
        List<X509Certificate> chain = identities.current().chain();
        SslContext server = ServerTls.context(chain, identities.current().key());
        identities.close();
        Fixture.await(vertx.close());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < chain.size(); i++) {
            store.setCertificateEntry("certificate-" + i, chain.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);
        return new TestTls(server, client);
    }
}
