package com.foobar.http.testing;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** An end of an HTTP/2 connection, a client's or a server's, that sends frames as a test writes them, right or wrong. For one thread; every read ends after thirty seconds. */
public final class Http2Wire implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    public static final int NO_ERROR = 0;
    public static final int PROTOCOL_ERROR = 1;
    public static final int FLOW_CONTROL_ERROR = 3;
    public static final int STREAM_CLOSED = 5;
    public static final int FRAME_SIZE_ERROR = 6;
    public static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    public static final int COMPRESSION_ERROR = 9;
    public static final int ENHANCE_YOUR_CALM = 11;

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** @param payload positioned at its first byte */
    public record Frame(int type, int flags, int stream, ByteBuffer payload) {
        /** The error code of RST_STREAM or GOAWAY. */
        public int errorCode() {
            return payload.getInt(type == GOAWAY ? 4 : 0);
        }

        public boolean has(int flag) {
            return (flags & flag) == flag;
        }
    }

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final Http2HeadersDecoder headers = new DefaultHttp2HeadersDecoder();

    private Http2Wire(Socket socket) throws IOException {
        this.socket = socket;
        this.out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream(), 32 * 1024));
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects, and sends nothing yet. */
    public static Http2Wire open(int port, SSLContext context) throws IOException {
        return open(port, (SSLSocket) context.getSocketFactory().createSocket());
    }

    /** Connects and sends the preface; takes no more than about that many bytes before they are read. */
    public static Http2Wire connectNarrow(int port, SSLContext context, int receiveBuffer) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setReceiveBufferSize(receiveBuffer);
        return open(port, socket).text(PREFACE).frame(SETTINGS, 0, 0);
    }

    private static Http2Wire open(int port, SSLSocket socket) throws IOException {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.startHandshake();
        return new Http2Wire(socket);
    }

    /** Connects and sends the preface with that payload of SETTINGS. */
    public static Http2Wire connect(int port, SSLContext context, int... settings) throws IOException {
        return open(port, context).text(PREFACE).frame(SETTINGS, 0, 0, bytes(settings));
    }

    /** The server's end of a connection that a client has opened in clear text: reads the preface and sends that payload of SETTINGS. */
    static Http2Wire accept(Socket socket, int... settings) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        Http2Wire wire = new Http2Wire(socket);
        String preface = new String(wire.in.readNBytes(PREFACE.length()), StandardCharsets.US_ASCII);
        if (!preface.equals(PREFACE)) {
            throw new IOException("no preface: " + preface);
        }
        // A client's SETTINGS are part of its preface, and any are welcome.
        return wire.frame(SETTINGS, 0, 0, bytes(settings))
                .frame(SETTINGS, ACK, 0)
                .flush();
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** A header block of names and values in turn: literal, not Huffman-coded, not indexed (RFC 7541 §6.2.2). */
    public static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            literal(block, fields[i]);
            literal(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            for (; rest > 127; rest >>>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    /** The header block of a request, with more fields behind. */
    public static byte[] request(String method, String path, String... more) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(block(":method", method, ":scheme", "https", ":path", path, ":authority", "a"));
        block.writeBytes(block(more));
        return block.toByteArray();
    }

    /** Sends characters of US-ASCII. */
    public Http2Wire text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Writes a frame; it goes out with the next {@link #flush} or {@link #read}. */
    public Http2Wire frame(int type, int flags, int stream, int... payload) throws IOException {
        return frame(type, flags, stream, bytes(payload));
    }

    public Http2Wire frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        return this;
    }

    /** A request without body. */
    public Http2Wire get(int stream, String path, String... more) throws IOException {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, request("GET", path, more));
    }

    /** A request whose body is to follow. */
    public Http2Wire post(int stream, String path, String... more) throws IOException {
        return frame(HEADERS, END_HEADERS, stream, request("POST", path, more));
    }

    public Http2Wire data(int stream, int flags, String body) throws IOException {
        return frame(DATA, flags, stream, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Http2Wire flush() throws IOException {
        out.flush();
        return this;
    }

    /** The next frame. */
    public Frame read() throws IOException {
        flush();
        return readFrame();
    }

    private Frame readFrame() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("closed in a frame of type " + type);
        }
        return new Frame(type, flags, stream, ByteBuffer.wrap(payload));
    }

    /** The next frame of that stream, or a GOAWAY. */
    public Frame read(int stream) throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.stream() == stream || frame.type() == GOAWAY) {
                return frame;
            }
        }
    }

    /** The next frame of that type. */
    public Frame readType(int type) throws IOException {
        flush();
        return readNext(type);
    }

    /** The next frame of that type, without sending what was written: for those who have stopped writing to a side that has stopped reading. */
    public Frame readNext(int type) throws IOException {
        while (true) {
            Frame frame = readFrame();
            if (frame.type() == type) {
                return frame;
            }
        }
    }

    /** The header list of a HEADERS frame; each block once, in the order they came. */
    public Http2Headers headers(Frame frame) throws IOException {
        try {
            return headers.decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()));
        } catch (Http2Exception e) {
            throw new IOException(e);
        }
    }

    /** The next request that begins: its HEADERS. */
    public Frame readRequest() throws IOException {
        return readType(HEADERS);
    }

    /** The head of a response, of status 200 unless {@code fields} begin with another. */
    public Http2Wire respond(int stream, boolean end, String... fields) throws IOException {
        byte[] status = fields.length > 0 && fields[0].equals(":status") ? new byte[0] : block(":status", "200");
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(status);
        block.writeBytes(block(fields));
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.toByteArray());
    }

    /** A whole response. */
    public Http2Wire respond(int stream, String body) throws IOException {
        return respond(stream, false)
                .frame(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8))
                .flush();
    }

    /** The status of that stream's response, which must begin now. */
    public int readStatus(int stream) throws IOException {
        Frame frame = read(stream);
        if (frame.type() != HEADERS) {
            throw new IOException("no response but a frame of type " + frame.type() + ", error " + frame.errorCode());
        }
        return Integer.parseInt(headers(frame).status().toString());
    }

    /** Whether a request is answered now: the connection is in good order. */
    public boolean answers(int stream) throws IOException {
        get(stream, "/alive");
        Frame frame = read(stream);
        while (frame.stream() == stream && frame.type() != RST_STREAM) {
            if (frame.has(END_STREAM)) {
                return true;
            }
            frame = read(stream);
        }
        return false;
    }

    /** Whether the other side closes, whatever it sends before. */
    public boolean isClosed() throws IOException {
        try {
            while (true) {
                readFrame();
            }
        } catch (EOFException | java.net.SocketException e) {
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        }
    }

    /** Reads to the end that the other side makes; a connection that it resets has none, and fails. */
    public void readEnd() throws IOException {
        while (true) {
            try {
                readFrame();
            } catch (EOFException e) {
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
