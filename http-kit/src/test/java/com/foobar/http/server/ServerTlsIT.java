package com.foobar.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.kit.tls.TlsIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTlsIT {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "RSA, TLSv1.2, h2",
        "RSA, TLSv1.3, h2",
        "EC, TLSv1.2, http/1.1",
        "EC, TLSv1.3, h2",
        "Ed25519, TLSv1.2, h2",
        "Ed25519, TLSv1.3, http/1.1",
    })
    void shakesHandsWithEveryKindOfKey(String algorithm, String protocol, String application) throws Exception {
        KeyStore store = keyStore(algorithm);
        X509Certificate certificate = (X509Certificate) store.getCertificate("server");
        TlsIdentity identity = new TlsIdentity(List.of(certificate), (PrivateKey) store.getKey("server", PASSWORD));
        ServerTls tls = new ServerTls(List.of(identity), List.of(), ClientAuth.NONE, ServerTls.VERSIONS);
        for (SslContext context : List.of(tls.context(), tls.jdkContext())) {
            SSLEngine server = context.newEngine(ByteBufAllocator.DEFAULT);
            SSLEngine client = client(certificate, protocol, application);

            shakeHands(client, server);

            assertThat(client.getSession().getProtocol()).isEqualTo(protocol);
            assertThat(client.getSession().getPeerCertificates()).containsExactly(certificate);
            assertThat(client.getApplicationProtocol()).isEqualTo(application);
            ReferenceCountUtil.release(server);
        }
    }

    @ParameterizedTest
    @CsvSource({"RSA, true", "EC, true", "Ed25519, false"})
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
    void encryptsByBoringSslWhatThatCanSign(String algorithm, boolean expected) throws Exception {
        KeyStore store = keyStore(algorithm);
        SslContext context = ServerTls.context(List.of((X509Certificate) store.getCertificate("server")), (PrivateKey)
                store.getKey("server", PASSWORD));

        assertThat(context instanceof OpenSslContext).isEqualTo(expected);
    }

    private KeyStore keyStore(String algorithm) throws Exception {
        Path file = directory.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }

    private static SSLEngine client(X509Certificate trusted, String protocol, String application) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("server", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLEngine client = context.createSSLEngine();
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setApplicationProtocols(new String[] {application});
        client.setSSLParameters(parameters);
        return client;
    }

    /** Passes bytes to and fro until neither side has any left to say. */
    private static void shakeHands(SSLEngine client, SSLEngine server) throws Exception {
        ByteBuffer toServer = ByteBuffer.allocate(64 * 1024);
        ByteBuffer toClient = ByteBuffer.allocate(64 * 1024);
        client.beginHandshake();
        for (int round = 0; round < 50; round++) {
            boolean moved = step(client, toClient, toServer);
            moved |= step(server, toServer, toClient);
            if (!moved) {
                return;
            }
        }
        throw new AssertionError("the handshake does not end");
    }

    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws Exception {
        boolean moved = false;
        in.flip();
        while (in.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(in, ByteBuffer.allocate(32 * 1024));
            runTasks(engine);
            if (result.bytesConsumed() == 0 && engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
                break;
            }
            moved = true;
        }
        in.compact();
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
            runTasks(engine);
            moved = true;
        }
        return moved;
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
