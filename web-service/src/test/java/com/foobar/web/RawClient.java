package com.foobar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;

/** Sends any bytes and returns all that comes back until the server closes. */
final class RawClient {
    private RawClient() {}

    /** A GET with that target as it stands, byte by byte. */
    static String get(int port, String target) throws IOException {
        return send(port, "GET " + target + " HTTP/1.1\r\nHost: www.foobar.com\r\nConnection: close\r\n\r\n");
    }

    static String send(int port, String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            try (InputStream in = socket.getInputStream()) {
                in.transferTo(received);
            } catch (SocketException e) {
                // Reset after the answer: the server closed while it had unread bytes of ours.
                if (received.size() == 0) {
                    throw e;
                }
            }
            return received.toString(ISO_8859_1);
        }
    }

    static int status(String response) {
        return Integer.parseInt(response.substring(9, 12));
    }
}
