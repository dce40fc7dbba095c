package com.foobar.dbrouter;

import com.foobar.kit.testing.MariaDbServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands before a server; from a connection on which a certain text was sent no answer comes any more. It stays open, or ends
 * when the server has answered.
 */
final class MutingRelay implements AutoCloseable {
    private final MariaDbServer server;
    private final String text;
    private final boolean cuts;
    private volatile boolean waits;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    MutingRelay(MariaDbServer server, String text) throws IOException {
        this(server, text, false);
    }

    private MutingRelay(MariaDbServer server, String text, boolean cuts) throws IOException {
        this.server = server;
        this.text = text;
        this.cuts = cuts;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        run(this::accept);
    }

    /** Ends the connection instead, with the answer that it has got. */
    static MutingRelay cutting(MariaDbServer server, String text) throws IOException {
        return new MutingRelay(server, text, true);
    }

    /** Does so to what is sent after {@link #begin}. */
    static MutingRelay waiting(MariaDbServer server, String text) throws IOException {
        MutingRelay relay = new MutingRelay(server, text);
        relay.waits = true;
        return relay;
    }

    void begin() {
        waits = false;
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Socket target = new Socket(InetAddress.getLoopbackAddress(), server.port());
            open.add(client);
            open.add(target);
            AtomicBoolean mute = new AtomicBoolean();
            run(() -> pass(client, target, mute, true));
            run(() -> pass(target, client, mute, false));
        }
    }

    private void pass(Socket from, Socket to, AtomicBoolean mute, boolean isClient) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16_384];
            int n;
            while ((n = in.read(buffer)) > 0) {
                if (isClient && !waits && new String(buffer, 0, n, StandardCharsets.ISO_8859_1).contains(text)) {
                    mute.set(true);
                }
                if (isClient || !mute.get()) {
                    out.write(buffer, 0, n);
                } else if (cuts) {
                    return;
                }
            }
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // One side has closed it, or the relay is being closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
