package com.foobar.app;

import com.foobar.kit.testing.DatabaseServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Stands where a database router stands: passes bytes between its clients and a server, until it is told to break
 * something.
 */
public final class TcpRelay implements AutoCloseable {
    private final int target;
    private final int port;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket listener;
    private volatile @Nullable String cutBefore;
    private volatile @Nullable String cutAfter;
    private volatile Runnable beforeCut = () -> {};
    private volatile @Nullable String stallBefore;
    private volatile @Nullable String swallowed;
    private final AtomicInteger swallows = new AtomicInteger();
    private volatile boolean stalled;

    /** Open while answers are passed on. */
    private volatile CountDownLatch answers = new CountDownLatch(0);

    private final Queue<String> held = new ConcurrentLinkedQueue<>();

    private TcpRelay(int target, int port) {
        this.target = target;
        this.port = port;
    }

    /** A relay on a free port. */
    public static TcpRelay to(DatabaseServer server) {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TcpRelay relay = new TcpRelay(server.port(), port);
        relay.start();
        return relay;
    }

    /** {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Listens (again) on the same port. */
    public void start() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listener = socket;
            stalled = false;
            run("relay-accept", () -> accept(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts every connection, and refuses new ones. */
    public void kill() {
        release();
        closeQuietly(listener);
        open.forEach(TcpRelay::closeQuietly);
    }

    /** Keeps connections, and accepts new ones, but passes nothing on any more. */
    public void stall() {
        stalled = true;
    }

    /** Ends {@link #stall()} and {@link #swallow} for what is sent from now on. */
    public void resume() {
        stalled = false;
        swallowed = null;
    }

    /** Passes nothing on of what a client sends with this text, so that it has no answer. */
    public void swallow(String text) {
        swallowed = text;
    }

    /** How often it has passed nothing on for that. */
    public int swallowed() {
        return swallows.get();
    }

    /** Keeps the server's answers back until {@link #release()}. */
    public void hold() {
        held.clear();
        answers = new CountDownLatch(1);
    }

    /** Whether an answer with this text is kept back. */
    public boolean holds(String text) {
        return held.stream().anyMatch(answer -> answer.contains(text));
    }

    /** Passes on what was kept back, and all that follows. */
    public void release() {
        answers.countDown();
    }

    /** Stalls when a client sends this, without passing it on; once. */
    public void stallBefore(String text) {
        stallBefore = text;
    }

    /** Cuts a connection when a client sends this, without passing it on; once. */
    public void cutBefore(String text) {
        cutBefore = text;
    }

    /** Cuts a connection when a client has sent this and the server has answered, without passing the answer on; once. */
    public void cutAfter(String text) {
        cutAfter(text, () -> {});
    }

    /** As {@link #cutAfter(String)}, and does something before the client can notice. */
    public void cutAfter(String text, Runnable first) {
        beforeCut = first;
        cutAfter = text;
    }

    @Override
    public void close() {
        kill();
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                open.add(client);
                run("relay", () -> serve(client));
            }
        } catch (IOException e) {
            closeQuietly(socket);
        }
    }

    private void serve(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(server);
            boolean[] mute = new boolean[1];
            run("relay-back", () -> pump(server, client, false, mute));
            pump(client, server, true, mute);
        } catch (IOException e) {
            closeQuietly(client);
        }
    }

    private void pump(Socket from, Socket to, boolean fromClient, boolean[] mute) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                String before = cutBefore;
                String after = cutAfter;
                String stall = stallBefore;
                if (fromClient && stall != null && text.contains(stall)) {
                    stallBefore = null;
                    stalled = true;
                }
                if (fromClient && before != null && text.contains(before)) {
                    cutBefore = null;
                    break;
                }
                if (fromClient && after != null && text.contains(after)) {
                    cutAfter = null;
                    mute[0] = true;
                }
                if (!fromClient && mute[0]) {
                    beforeCut.run();
                    break;
                }
                if (!fromClient && answers.getCount() > 0) {
                    held.add(text);
                    answers.await();
                }
                String none = swallowed;
                if (fromClient && none != null && text.contains(none)) {
                    swallows.incrementAndGet();
                    continue;
                }
                if (!stalled) {
                    out.write(buffer, 0, n);
                    out.flush();
                }
            }
        } catch (IOException | InterruptedException e) {
            // One of the two is gone: so is the other, below.
        }
        closeQuietly(from);
        closeQuietly(to);
        open.remove(from);
        open.remove(to);
    }

    private static void run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(@Nullable Closeable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
