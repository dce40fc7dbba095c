package com.foobar.deploy.stack.control;

import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.failure.StackFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The other terminal's side of {@link ControlServer}. */
public final class ControlClient {
    /** Longer than anything asked for may take: a start waits for readiness for a minute. */
    private static final int TIMEOUT_MILLIS = 90_000;

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;

    private final ControlAddress address;

    private ControlClient(ControlAddress address) {
        this.address = address;
    }

    /** A client of the launcher that runs on this data directory; empty when none does. */
    public static Optional<ControlClient> find(DataDirectory data) {
        return ControlAddress.read(data).filter(ControlClient::listens).map(ControlClient::new);
    }

    /** A launcher that was killed has left its address, but nobody listens there. */
    private static boolean listens(ControlAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port()), CONNECT_TIMEOUT_MILLIS);
            return ProcessHandle.of(address.pid()).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    public long pid() {
        return address.pid();
    }

    /** @param status see {@link ControlServer} */
    public record Answer(int status, String text) {}

    public Answer get(String path) {
        return send("GET", path);
    }

    public Answer post(String path) {
        return send("POST", path);
    }

    private Answer send(String method, String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + address.port() + path)
                    .toURL()
                    .openConnection();
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", "Bearer " + address.token());
            connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new StackFailure("the running deploy/up (" + address + ") does not answer: " + e.getMessage(), e);
        }
    }
}
