package com.foobar.dbrouter;

import com.foobar.dbrouter.auth.CachingSha2Password;
import com.foobar.dbrouter.auth.NativePassword;
import com.foobar.dbrouter.protocol.CapabilityFlags;
import com.foobar.dbrouter.protocol.HandshakeResponse41;
import com.foobar.dbrouter.protocol.HandshakeV10;
import com.foobar.dbrouter.protocol.Packets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client of bare packets, for what no client library sends. */
final class MySqlWire implements AutoCloseable {
    /** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH and SSL. */
    static final String SSL_REQUEST = "20000001" + "008a0800" + "00000001" + "2d" + "00".repeat(23);

    private static final byte[] PASSWORD = "foobar".getBytes(StandardCharsets.US_ASCII);

    private Socket socket;
    private DataInputStream in;
    private String user = RouterFixture.USER;
    private HandshakeV10 greeting;
    private int readSequence;
    private int sequence = 1;

    MySqlWire(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
    }

    HandshakeV10 greeting() throws IOException {
        greeting = HandshakeV10.read(Unpooled.wrappedBuffer(read()));
        return greeting;
    }

    /** Asks for TLS after the greeting, and goes on in it. */
    void startTls(SSLContext context) throws IOException {
        sendHex(SSL_REQUEST);
        protect(context, socket);
    }

    /** As {@link #startTls}, but the request and the first record of TLS travel together. */
    void startTlsInOneWrite(SSLContext context) throws IOException {
        protect(context, new RequestAndHello(socket));
    }

    private void protect(SSLContext context, Socket carrier) throws IOException {
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(carrier, "localhost", carrier.getPort(), true);
        secured.startHandshake();
        socket = secured;
        in = new DataInputStream(secured.getInputStream());
        sequence = 2;
    }

    /** Puts the request for TLS before the first bytes that are written. */
    private static final class RequestAndHello extends Socket {
        private final Socket carrier;
        private boolean asked;

        RequestAndHello(Socket carrier) {
            this.carrier = carrier;
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = carrier.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    ByteBuf all = Unpooled.buffer();
                    if (!asked) {
                        asked = true;
                        all.writeBytes(ByteBufUtil.decodeHexDump(SSL_REQUEST));
                    }
                    out.write(ByteBufUtil.getBytes(all.writeBytes(bytes, offset, length)));
                }
            };
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return carrier.getInputStream();
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public int getPort() {
            return carrier.getPort();
        }

        @Override
        public InetAddress getInetAddress() {
            return carrier.getInetAddress();
        }

        @Override
        public synchronized void setSoTimeout(int timeout) throws SocketException {
            carrier.setSoTimeout(timeout);
        }

        @Override
        public synchronized int getSoTimeout() throws SocketException {
            return carrier.getSoTimeout();
        }

        @Override
        public synchronized void close() throws IOException {
            carrier.close();
        }
    }

    /** The greeting that was read at the login. */
    HandshakeV10 greeted() {
        return greeting;
    }

    /** Logs in as the tests' user and returns the last answer. */
    byte[] login() throws IOException {
        return login(CapabilityFlags.OFFERED, 45);
    }

    byte[] login(String user) throws IOException {
        return login(user, CapabilityFlags.OFFERED);
    }

    byte[] login(String user, long capabilities) throws IOException {
        this.user = user;
        return login(capabilities, 45);
    }

    /** @param collation the id that the client names */
    byte[] login(long capabilities, int collation) throws IOException {
        byte[] answer = firstAnswerToLogin(capabilities, collation);
        return answer[0] == 1 ? read() : answer;
    }

    /** As {@link #login}, but only the first answer, which may say that more is to come. */
    byte[] firstAnswerToLogin(long capabilities, int collation) throws IOException {
        if (greeting == null) {
            greeting();
        }
        ByteBuf response = new HandshakeResponse41(
                        capabilities & ~CapabilityFlags.CONNECT_WITH_DB,
                        1 << 24,
                        collation,
                        user,
                        CachingSha2Password.scramble(PASSWORD, greeting.nonce()),
                        null,
                        CachingSha2Password.PLUGIN,
                        Map.of())
                .write(UnpooledByteBufAllocator.DEFAULT, sequence);
        send(ByteBufUtil.getBytes(response));
        response.release();
        byte[] answer = read();
        if ((answer[0] & 0xff) == Packets.EOF) {
            // MariaDB wants another method: its name, then 20 bytes and a zero.
            byte[] nonce = Arrays.copyOfRange(answer, answer.length - 21, answer.length - 1);
            send(NativePassword.scramble(PASSWORD, nonce), readSequence + 1);
            answer = read();
        }
        return answer;
    }

    private void send(byte[] payload, int id) throws IOException {
        ByteBuf packet = Packets.packet(UnpooledByteBufAllocator.DEFAULT, id, payload);
        send(ByteBufUtil.getBytes(packet));
        packet.release();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void sendHex(String hex) throws IOException {
        send(ByteBufUtil.decodeHexDump(hex));
    }

    void query(String sql) throws IOException {
        query(sql.getBytes(StandardCharsets.UTF_8));
    }

    void query(byte[] text) throws IOException {
        ByteBuf packet = Unpooled.buffer()
                .writeMediumLE(text.length + 1)
                .writeByte(0)
                .writeByte(3)
                .writeBytes(text);
        send(ByteBufUtil.getBytes(packet));
    }

    /** COM_INIT_DB. */
    void initDb(String schema) throws IOException {
        byte[] name = schema.getBytes(StandardCharsets.UTF_8);
        ByteBuf packet = Unpooled.buffer()
                .writeMediumLE(name.length + 1)
                .writeByte(0)
                .writeByte(2)
                .writeBytes(name);
        send(ByteBufUtil.getBytes(packet));
    }

    /** COM_STMT_PREPARE. */
    void prepare(String sql) throws IOException {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        ByteBuf packet = Unpooled.buffer()
                .writeMediumLE(text.length + 1)
                .writeByte(0)
                .writeByte(0x16)
                .writeBytes(text);
        send(ByteBufUtil.getBytes(packet));
    }

    /**
     * COM_STMT_EXECUTE, without parameters.
     *
     * @param prepared the answer to the statement's preparation
     */
    void execute(byte[] prepared) throws IOException {
        ByteBuf packet = Unpooled.buffer()
                .writeMediumLE(10)
                .writeByte(0)
                .writeByte(0x17)
                .writeBytes(prepared, 1, 4)
                .writeByte(0) // No cursor.
                .writeIntLE(1);
        send(ByteBufUtil.getBytes(packet));
    }

    /** COM_RESET_CONNECTION, and its answer's first byte. */
    int reset() throws IOException {
        send(new byte[] {1, 0, 0, 0, 0x1f});
        return read()[0] & 0xff;
    }

    /** Sends a query and reads an answer of one packet: its first byte. */
    int run(String sql) throws IOException {
        query(sql);
        return read()[0] & 0xff;
    }

    /** The only value of the only row of a query, with or without DEPRECATE_EOF. */
    String value(String sql) throws IOException {
        return value(sql.getBytes(StandardCharsets.UTF_8));
    }

    String value(byte[] sql) throws IOException {
        query(sql);
        return readValue();
    }

    /** As {@link #value}, of a query that has been sent; longer ones begin with their length. */
    String readValue() throws IOException {
        byte[] first = read();
        if ((first[0] & 0xff) == 0xff) {
            return new String(first, StandardCharsets.UTF_8);
        }
        String value = "";
        read();
        for (byte[] packet = read(); ; packet = read()) {
            boolean end = (packet[0] & 0xff) == 0xfe;
            if (end && !value.isEmpty()) {
                return value;
            }
            if (!end) {
                value = new String(packet, 1, packet.length - 1, StandardCharsets.UTF_8);
            }
        }
    }

    /** The payload of the next packet. */
    byte[] read() throws IOException {
        int length = in.readUnsignedByte() | in.readUnsignedByte() << 8 | in.readUnsignedByte() << 16;
        readSequence = in.readUnsignedByte();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return payload;
    }

    /** The sequence id of the packet that was read last. */
    int readSequence() {
        return readSequence;
    }

    /** The error code of the next packet; 0 where it is none. */
    int readError() throws IOException {
        byte[] payload = read();
        return (payload[0] & 0xff) == 0xff ? (payload[1] & 0xff) | (payload[2] & 0xff) << 8 : 0;
    }

    boolean isClosedByPeer() throws IOException {
        try {
            while (in.read() >= 0) {
                // What was on its way.
            }
            return true;
        } catch (EOFException | java.net.SocketException e) {
            return true;
        }
    }

    int readSome(byte[] into) throws IOException {
        return in.read(into);
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
