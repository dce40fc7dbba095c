package com.foobar.http.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.foobar.http.exchange.HttpLimits;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.ResponseHead;
import com.foobar.http.testing.Fixture;
import com.foobar.http.testing.TestTls;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a response whose client lets little or nothing of it through its window; frames are written by hand, as no client library keeps its window shut. */
class ShutWindowIT {
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(1);
    private static final int SIZE = 64 * 1024;

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_STREAM_AND_HEADERS = 5;
    private static final int CANCEL = 8;

    @TempDir
    static Path directory;

    private static TestTls tls;

    private final Fixture fixture = new Fixture();
    private SSLSocket socket;
    private DataOutputStream out;
    private DataInputStream in;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = TestTls.make(directory);
    }

    @BeforeEach
    void ask() throws IOException {
        fixture.listen(
                ShutWindowIT::answer,
                HttpLimits.DEFAULTS.withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30), CLIENT_TIMEOUT),
                tls::server);
        socket = (SSLSocket) tls.client().getSocketFactory().createSocket();
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), fixture.port()));
        out = new DataOutputStream(socket.getOutputStream());
        in = new DataInputStream(socket.getInputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        // SETTINGS_INITIAL_WINDOW_SIZE = 0
        send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
        // The connection's window is no obstacle.
        send(WINDOW_UPDATE, 0, 0, new byte[] {0, 1, 0, 0});
        // HPACK: GET, https, / of the static table, and :authority
        send(HEADERS, END_STREAM_AND_HEADERS, 1, new byte[] {(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, 1, 'a'});
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        fixture.close();
    }

    private static void answer(RequestStream stream) {
        stream.respond(ResponseHead.of(200), Unpooled.wrappedBuffer(new byte[SIZE]));
    }

    private void send(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(0);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    private record Frame(int type, int flags, ByteBuffer payload) {}

    /** The next frame of the stream. */
    private Frame read() throws IOException {
        while (true) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            Frame frame = new Frame(type, flags, ByteBuffer.wrap(in.readNBytes(length)));
            if (stream == 1) {
                return frame;
            }
        }
    }

    @Test
    void cancelsAnEndedResponseThatNobodyTakes() throws IOException {
        assertThat(read().type()).isEqualTo(HEADERS);
        Frame reset = read();
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.payload().getInt()).isEqualTo(CANCEL);
        assertThat(fixture.logged()).hasSize(1);
    }

    @Test
    void waitsForAClientThatTakesALittleNowAndThen() throws IOException {
        assertThat(read().type()).isEqualTo(HEADERS);
        int step = 16 * 1024;
        int taken = 0;
        int flags = 0;
        while (taken < SIZE) {
            await().pollDelay(CLIENT_TIMEOUT.multipliedBy(6).dividedBy(10)).until(() -> true);
            send(WINDOW_UPDATE, 0, 1, new byte[] {0, 0, (byte) (step >> 8), 0});
            for (int left = step; left > 0; ) {
                Frame data = read();
                assertThat(data.type()).isEqualTo(DATA);
                left -= data.payload().remaining();
                taken += data.payload().remaining();
                flags = data.flags();
            }
        }
        assertThat(flags & END_STREAM).isEqualTo(END_STREAM);
    }
}
