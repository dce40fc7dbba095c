package com.foobar.http.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * A real HTTP/1.1 server on a port of its own that answers as a test wants: it can stall, reset, truncate, send bytes that are no HTTP, be killed and come back, and it counts. A
 * thread for each connection, so that a behaviour may block.
 */
public final class FixtureServer implements AutoCloseable {
    /** How a request is answered; the body has been read. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(Request request, Wire wire) throws IOException, InterruptedException;
    }

    /**
     * A request as it was read.
     *
     * @param fields by name in lower case; several of one name joined by {@code ", "}
     * @param text the body's first 64 KiB
     * @param length of the whole body
     * @param crc CRC-32 of the whole body
     */
    public record Request(
            String method,
            String target,
            Map<String, String> fields,
            String text,
            long length,
            long crc,
            int connection) {}

    /** The server's end of a connection. */
    public static final class Wire {
        private final Socket socket;
        private final OutputStream out;
        private final InputStream in;

        Wire(Socket socket, InputStream in) throws IOException {
            this.socket = socket;
            this.in = in;
            this.out = socket.getOutputStream();
        }

        /** Sends characters of ISO-8859-1 as one byte each. */
        public Wire send(String text) throws IOException {
            return send(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public Wire send(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        /** A whole response with Content-Length. */
        public void respond(int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            send("HTTP/1.1 " + status + " Fixture\r\nContent-Type: text/plain\r\nContent-Length: " + bytes.length
                    + "\r\n\r\n" + body);
        }

        /** Answers nothing until the other side, or the fixture, closes. */
        public void stall() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // until it ends
            }
        }

        /** Reads that many bytes, or fewer at the end, of what follows the request. */
        public byte[] read(int count) throws IOException {
            return in.readNBytes(count);
        }

        /** Whatever has arrived, one byte at least; empty at the end. */
        public byte[] readSome() throws IOException {
            byte[] some = new byte[16 * 1024];
            int count = in.read(some);
            return java.util.Arrays.copyOf(some, Math.max(0, count));
        }

        /** Sends no more, and still reads. */
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        public void close() throws IOException {
            socket.close();
        }

        /** Closes with a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private static final int BODY_KEPT = 64 * 1024;

    private final String name;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fixture-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour;
    private volatile ServerSocket listening;
    private volatile Future<?> accepting;
    private final int port;

    private FixtureServer(String name) throws IOException {
        this.name = name;
        this.behaviour = (request, wire) -> wire.respond(200, name);
        ServerSocket socket = listen(0);
        this.listening = socket;
        this.port = socket.getLocalPort();
        this.accepting = threads.submit(() -> accept(socket));
    }

    /** A server that answers everything with 200 and its name. */
    public static FixtureServer start(String name) throws IOException {
        return new FixtureServer(name);
    }

    private ServerSocket listen(int wanted) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 256);
        return socket;
    }

    private void accept(ServerSocket from) {
        try {
            while (true) {
                Socket socket = from.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                threads.execute(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // closed by kill() or close()
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Wire wire = new Wire(socket, in);
            while (!socket.isClosed()) {
                Request request = read(in, number);
                requests.add(request);
                behaviour.answer(request, wire);
            }
        } catch (IOException e) {
            // The other side went away, or the behaviour closed: either is what a test asked for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    private static Request read(InputStream in, int connection) throws IOException {
        String[] line = line(in).split(" ");
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            int colon = field.indexOf(':');
            fields.merge(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        Body body = new Body();
        if (fields.containsKey("transfer-encoding")) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.read(in, size);
                line(in);
            }
            for (String trailer = line(in); !trailer.isEmpty(); trailer = line(in)) {
                fields.put("trailer " + trailer, "");
            }
        } else {
            body.read(in, Long.parseLong(fields.getOrDefault("content-length", "0")));
        }
        return new Request(
                line[0],
                line[1],
                fields,
                body.kept.toString(StandardCharsets.UTF_8),
                body.length,
                body.crc.getValue(),
                connection);
    }

    private static final class Body {
        private final java.io.ByteArrayOutputStream kept = new java.io.ByteArrayOutputStream();
        private final CRC32 crc = new CRC32();
        private final byte[] buffer = new byte[16 * 1024];
        private long length;

        void read(InputStream in, long count) throws IOException {
            for (long left = count; left > 0; ) {
                int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    throw new EOFException();
                }
                crc.update(buffer, 0, n);
                kept.write(buffer, 0, Math.max(0, Math.min(n, BODY_KEPT - kept.size())));
                length += n;
                left -= n;
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    /** Answers like that from now on. */
    public FixtureServer answer(Behaviour newBehaviour) {
        behaviour = newBehaviour;
        return this;
    }

    /** Answers nothing until the latch is open, then 200 and the name. */
    public FixtureServer answerAfter(CountDownLatch latch) {
        return answer((request, wire) -> {
            latch.await();
            wire.respond(200, name);
        });
    }

    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    /** Everything that was asked so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public Request lastRequest() {
        return requests.get(requests.size() - 1);
    }

    /** Connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** Connections that are open now. */
    public int openConnections() {
        return sockets.size();
    }

    /** What SIGKILL does: the port refuses, and every connection is reset. */
    public void kill() throws IOException {
        listening.close();
        try {
            // An accept that is under way may still take a connection after the close; from here on none does.
            accepting.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                // Its own thread has closed it meanwhile.
            }
            socket.close();
        }
    }

    /** Listens again on the same port. */
    public void restart() throws IOException {
        ServerSocket socket = listen(port);
        listening = socket;
        accepting = threads.submit(() -> accept(socket));
    }

    @Override
    public void close() throws IOException {
        kill();
        threads.shutdownNow();
    }
}
