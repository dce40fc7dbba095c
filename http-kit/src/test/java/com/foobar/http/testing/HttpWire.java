package com.foobar.http.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client's end of a connection: sends bytes as they are and reads HTTP/1.1 responses strictly. For one thread; every read ends after ten seconds. */
public final class HttpWire implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    /**
     * A response as it was read.
     *
     * @param fields the lines between status line and empty line
     * @param body decoded, a character for each byte
     * @param interim the statuses of 1xx responses before it
     */
    public record Response(int status, List<String> fields, String body, List<Integer> interim) {
        public String text() {
            return new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        /** The values of the fields of that name. */
        public List<String> values(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return fields.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .toList();
        }

        public boolean closes() {
            return values("connection").contains("close");
        }
    }

    private final Socket socket;
    private final InputStream in;

    private HttpWire(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public static HttpWire connect(int port) throws IOException {
        return connect(port, 0);
    }

    /** @param receiveBuffer bytes that the kernel may keep unread; 0 for its own choice */
    public static HttpWire connect(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        return new HttpWire(socket);
    }

    /**
     * Over TLS, offering HTTP/1.1 only.
     *
     * @param protocol such as {@code TLSv1.3}
     */
    public static HttpWire connect(int port, SSLContext context, String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.startHandshake();
        return new HttpWire(socket);
    }

    /** Sends characters of ISO-8859-1 as one byte each. */
    public HttpWire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public HttpWire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends {@code GET} of that path, and reads the response. */
    public Response get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: www.foobar.com\r\n\r\n").read();
    }

    /** Reads the head of a response that switches protocols: status line and fields. */
    public List<String> readSwitch() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.add(line);
        }
        return lines;
    }

    /** Sends no more, and still reads; over TLS behind a close_notify. */
    public HttpWire shutdownOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Reads the next response to anything but HEAD. */
    public Response read() throws IOException {
        return read(true);
    }

    /** Reads the next response to HEAD. */
    public Response readHead() throws IOException {
        return read(false);
    }

    private Response read(boolean withBody) throws IOException {
        List<Integer> interim = new ArrayList<>();
        while (true) {
            String line = line();
            if (!line.matches("HTTP/1\\.1 \\d{3} .*")) {
                throw new IOException("not a status line: " + line);
            }
            int status = Integer.parseInt(line.substring(9, 12));
            List<String> fields = new ArrayList<>();
            for (String field = line(); !field.isEmpty(); field = line()) {
                fields.add(field);
            }
            if (status < 200) {
                interim.add(status);
                continue;
            }
            Response head = new Response(status, fields, "", interim);
            boolean bodyless = !withBody || status == 204 || status == 304;
            return bodyless
                    ? head
                    : new Response(status, fields, new String(body(head), StandardCharsets.ISO_8859_1), interim);
        }
    }

    private byte[] body(Response head) throws IOException {
        List<String> lengths = head.values("content-length");
        if (!head.values("transfer-encoding").isEmpty()) {
            if (!lengths.isEmpty()) {
                throw new IOException("both framings: " + head.fields());
            }
            return chunked();
        }
        if (lengths.isEmpty()) {
            return in.readAllBytes();
        }
        int length = Integer.parseInt(lengths.get(0));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the body ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    private byte[] chunked() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            if (size == 0) {
                while (!line().isEmpty()) {
                    // trailers
                }
                return body.toByteArray();
            }
            byte[] chunk = in.readNBytes(size);
            if (chunk.length < size || !line().isEmpty()) {
                throw new EOFException("the body ended in the middle of a chunk");
            }
            body.write(chunk);
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed after: " + line);
            }
            if (b == '\n') {
                if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
                    throw new IOException("a line ends without carriage return: " + line);
                }
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append((char) b);
        }
    }

    /** Reads that many bytes, or fewer at the end. */
    public byte[] readBytes(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** Waits for the other side to close; whether it does within ten seconds without sending anything more. */
    public boolean isClosed() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
