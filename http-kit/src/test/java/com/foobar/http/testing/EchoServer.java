package com.foobar.http.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server that answers each request with the very bytes that it got, head and framing included, and counts whatever reaches it. A thread for each connection. */
public final class EchoServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]+)\r\n");

    private final ServerSocket listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();

    public EchoServer() throws IOException {
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "echo-server");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listening.accept();
                sockets.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            for (int b = in.read(); b >= 0; b = in.read()) {
                bytes.incrementAndGet();
                request.append((char) b);
                if (!isComplete(request)) {
                    continue;
                }
                requests.incrementAndGet();
                String head = "HTTP/1.1 200 OK\r\nContent-Length: " + request.length() + "\r\n\r\n";
                String body = request.toString().startsWith("HEAD ") ? "" : request.toString();
                socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
                request.setLength(0);
            }
        } catch (IOException e) {
            // The other side went away.
        } finally {
            sockets.remove(socket);
        }
    }

    private static boolean isComplete(StringBuilder text) {
        int end = text.indexOf("\r\n\r\n") + 4;
        if (end < 4) {
            return false;
        }
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        if (head.contains("\r\ntransfer-encoding:")) {
            return text.indexOf("0\r\n", end) >= 0 && text.toString().endsWith("\r\n\r\n") && text.length() > end;
        }
        Matcher length = LENGTH.matcher(head);
        return text.length() - end >= (length.find() ? Integer.parseInt(length.group(1)) : 0);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Bytes that have arrived, of whatever. */
    public long bytes() {
        return bytes.get();
    }

    /** Complete requests that have arrived. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
