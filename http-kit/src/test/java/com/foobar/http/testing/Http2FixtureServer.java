package com.foobar.http.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of HTTP/2 in clear text on a port of its own, each of whose connections does what a test writes, right or wrong; closes a connection when its script ends. */
public final class Http2FixtureServer implements AutoCloseable {
    /** What a connection does. */
    @FunctionalInterface
    public interface Script {
        /**
         * @param wire after both prefaces
         * @param connection its number, from 1
         */
        void run(Http2Wire wire, int connection) throws IOException, InterruptedException;
    }

    private final ServerSocket listening;
    private final Script script;
    private final int[] settings;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** @param settings the payload of each connection's SETTINGS */
    public Http2FixtureServer(Script script, int... settings) throws IOException {
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        this.settings = settings;
        thread(this::accept);
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "http2-fixture-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                thread(() -> serve(socket, number));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            script.run(Http2Wire.accept(socket, settings), number);
        } catch (IOException e) {
            // The other side, or the fixture, has closed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Connections so far. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
