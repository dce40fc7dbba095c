package com.foobar.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestEvents;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.HttpWire;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How HTTP/1.1 connections end over TLS. */
class TlsConnectionIT {
    private static final int LARGE = 4 * 1024 * 1024;

    @TempDir
    static Path directory;

    private static TestTls tls;

    private final Fixture fixture = new Fixture();

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void answersAClientThatGoesOnSending(String protocol) throws IOException {
        fixture.listen(
                stream -> stream.receive(new RequestEvents() {}),
                HttpLimits.DEFAULTS.withBodyBytes(LARGE - 1),
                tls::server);
        try (HttpWire wire = HttpWire.connect(fixture.port(), tls.client(), protocol)) {
            wire.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + LARGE + "\r\n\r\n");
            byte[] piece = new byte[16 * 1024];
            for (int sent = 0; sent < LARGE; sent += piece.length) {
                wire.send(piece);
            }
            HttpWire.Response response = wire.read();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.closes()).isTrue();
            assertThat(wire.isClosed()).isTrue();
        }
    }

    /** Sends a request and a close_notify over that connection, which stays open. */
    private void askAndEndTls(Socket tcp, String protocol, boolean awaitAnswer) throws IOException {
        SSLSocketFactory sockets = tls.client().getSocketFactory();
        SSLSocket socket = (SSLSocket) sockets.createSocket(tcp, "localhost", fixture.port(), false);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        if (awaitAnswer) {
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        socket.shutdownOutput();
        assertThat(tcp.isOutputShutdown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void givesUpAnAnswerToAClientThatHasEndedTls(String protocol) throws IOException {
        CompletableFuture<ProxyError> aborted = new CompletableFuture<>();
        fixture.listen(
                stream -> stream.receive(new RequestEvents() {
                    @Override
                    public void aborted(ProxyError cause) {
                        aborted.complete(cause);
                    }
                }),
                HttpLimits.DEFAULTS,
                tls::server);
        try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
            askAndEndTls(tcp, protocol, false);
            assertThat(fixture.logged(1).get(0).error()).isInstanceOf(ProxyError.ClientGone.class);
            assertThat(aborted).succeedsWithin(Duration.ofSeconds(10)).isInstanceOf(ProxyError.ClientGone.class);
            await().until(() -> fixture.listener().connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void closesAnIdleConnectionWhoseClientHasEndedTls(String protocol) throws IOException {
        fixture.listen(
                stream -> stream.respond(ResponseHead.of(204), Unpooled.EMPTY_BUFFER),
                HttpLimits.DEFAULTS,
                tls::server);
        try (Socket tcp = new Socket(InetAddress.getLoopbackAddress(), fixture.port())) {
            askAndEndTls(tcp, protocol, true);
            await().until(() -> fixture.listener().connections() == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void doesNotPassABrokenOffResponseForComplete(String protocol) throws IOException {
        fixture.listen(
                stream -> {
                    stream.respond(ResponseHead.of(200));
                    stream.write(Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII));
                    stream.flush();
                    stream.eventLoop().execute(() -> stream.abort(new ProxyError.Internal()));
                },
                HttpLimits.DEFAULTS,
                tls::server);
        try (HttpWire wire = HttpWire.connect(fixture.port(), tls.client(), protocol)) {
            // Of an HTTP/1.0 response without length, nothing but the connection's end tells whether it is complete.
            wire.send("GET / HTTP/1.0\r\n\r\n");
            assertThatThrownBy(() -> wire.readBytes(LARGE)).isInstanceOf(IOException.class);
        }
    }
}
