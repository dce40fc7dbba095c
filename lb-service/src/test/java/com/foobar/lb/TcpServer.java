package com.foobar.lb;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/**
 * A server of some TCP protocol: begins with its name, then sends back what it gets, and ends when its client has ended. Answers health
 * checks on the same port.
 */
final class TcpServer implements AutoCloseable {
    /** What {@code flood} makes it send, and {@code hoard} is followed by. */
    static final long FLOOD = 256L << 20;

    /** What {@code leave} makes it send before it closes: little enough to be on its way at once, however slow the client. */
    static final int FAREWELL = 96 * 1024;

    private final String name;
    private final ServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tcp-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Thread acceptor = new Thread(this::accept, "tcp-server-acceptor");
    final AtomicInteger sessions = new AtomicInteger();
    /** Sessions that have ended, however. */
    final AtomicInteger ended = new AtomicInteger();
    /** Bytes of floods. */
    final AtomicLong flooded = new AtomicLong();
    /** Until then it leaves unread what follows the beginning of a {@code hoard}. */
    final CountDownLatch mayRead = new CountDownLatch(1);

    TcpServer(String name) throws IOException {
        this(name, 0);
    }

    private TcpServer(String name, int port) throws IOException {
        this.name = name;
        this.listener = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** The same, after this one was closed. */
    TcpServer restarted() throws IOException {
        return new TcpServer(name, port());
    }

    int port() {
        return listener.getLocalPort();
    }

    /** As an element of {@code servers}. */
    String settings() {
        return "{name: " + name + ", address: '127.0.0.1:" + port() + "'}";
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[16 * 1024];
            int count = in.read(buffer);
            String first = count < 0 ? "" : new String(buffer, 0, count, StandardCharsets.ISO_8859_1);
            if (first.startsWith("GET /health")) {
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            sessions.incrementAndGet();
            try {
                talk(socket, in, buffer, count, first);
            } finally {
                ended.incrementAndGet();
            }
        } catch (IOException e) {
            // The other end has gone; what that means is what the test is about.
        } finally {
            open.remove(socket);
        }
    }

    private void talk(Socket socket, InputStream in, byte[] buffer, int firstCount, String first) throws IOException {
        OutputStream out = socket.getOutputStream();
        if (first.startsWith("reset")) {
            socket.setSoLinger(true, 0);
            return;
        }
        if (first.startsWith("leave")) {
            out.write(new byte[FAREWELL]);
            return;
        }
        if (first.startsWith("flood")) {
            byte[] block = new byte[64 * 1024];
            while (flooded.get() < FLOOD) {
                out.write(block);
                flooded.addAndGet(block.length);
            }
            return;
        }
        if (first.startsWith("hoard")) {
            out.write(summary(in, buffer, firstCount).getBytes(StandardCharsets.US_ASCII));
            return;
        }
        out.write((name + ":").getBytes(StandardCharsets.US_ASCII));
        for (int count = firstCount; count >= 0; count = in.read(buffer)) {
            out.write(buffer, 0, count);
        }
        out.write(".".getBytes(StandardCharsets.US_ASCII));
    }

    /** How many bytes there were, and their checksum. */
    private String summary(InputStream in, byte[] buffer, int firstCount) throws IOException {
        long total = 0;
        CRC32 sum = new CRC32();
        try {
            mayRead.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        for (int count = firstCount; count >= 0; count = in.read(buffer)) {
            total += count;
            sum.update(buffer, 0, count);
        }
        return total + " " + sum.getValue();
    }

    /** From its return on connections are refused; the open ones have ended. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            // A thread that accepts keeps the socket listening until it has noticed.
            acceptor.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mayRead.countDown();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdown();
    }
}
