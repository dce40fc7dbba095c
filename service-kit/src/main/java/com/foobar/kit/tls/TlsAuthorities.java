package com.foobar.kit.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authorities that are trusted: read at start, and again when their file changes. Where the new file cannot be used, those from before stay in use and a
 * warning says why.
 */
public final class TlsAuthorities implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsAuthorities.class);

    private final Vertx vertx;
    private final Path file;
    private final Duration interval;
    private final Consumer<List<X509Certificate>> onChange;
    private volatile String fingerprint;
    private volatile List<X509Certificate> current;
    private volatile long timer;
    private volatile boolean closed;

    private TlsAuthorities(
            Vertx vertx,
            Path file,
            Duration interval,
            Consumer<List<X509Certificate>> onChange,
            String fingerprint,
            List<X509Certificate> first) {
        this.vertx = vertx;
        this.file = file;
        this.interval = interval;
        this.onChange = onChange;
        this.fingerprint = fingerprint;
        this.current = first;
    }

    /**
     * Reads the file, PEM, and watches it.
     *
     * @param interval between two looks at it
     * @param onChange called with the first authorities and with all later ones, on a worker thread; must be quick
     * @return fails with {@link UnusableCertificate} where there are none to start with
     */
    public static Future<TlsAuthorities> open(
            Vertx vertx, Path file, Duration interval, Consumer<List<X509Certificate>> onChange) {
        return vertx.executeBlocking(
                () -> {
                    // The fingerprint first: a change between the two is then seen at the next look.
                    String fingerprint = readable(file);
                    List<X509Certificate> first = PemFiles.readChain(file);
                    onChange.accept(first);
                    TlsAuthorities authorities =
                            new TlsAuthorities(vertx, file, interval, onChange, fingerprint, first);
                    authorities.watch();
                    return authorities;
                },
                false);
    }

    /** Without one, reading the file says what is wrong with it. */
    private static String readable(Path file) {
        try {
            return PemFiles.fingerprint(file);
        } catch (IOException e) {
            return "";
        }
    }

    private void watch() {
        if (!closed) {
            timer = vertx.setTimer(interval.toMillis(), tick -> vertx.executeBlocking(
                            () -> {
                                reloadIfChanged();
                                return null;
                            },
                            false)
                    .onComplete(done -> watch()));
        }
    }

    private void reloadIfChanged() {
        try {
            String now = PemFiles.fingerprint(file);
            if (now.equals(fingerprint)) {
                return;
            }
            List<X509Certificate> read = PemFiles.readChain(file);
            if (!read.equals(current)) {
                onChange.accept(read);
                LOG.info("trusted authorities reloaded from {}: {}", file, read.size());
            }
            current = read;
            fingerprint = now;
        } catch (IOException | RuntimeException e) {
            // A RuntimeException is UnusableCertificate, or what the receiver said to authorities that it cannot use.
            LOG.warn(
                    "the trusted authorities could not be reloaded from {}, the {} from before stay in use: {}",
                    file,
                    current.size(),
                    e.getMessage());
        }
    }

    /** Stops watching. */
    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }
}
