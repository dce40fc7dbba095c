package com.foobar.kit.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate in use: read at start, and again when its files change. Where the new files cannot be used (a certificate
 * was copied and its key not yet), the old one stays in use and a warning says why; the next look may find both.
 */
public final class TlsIdentities implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentities.class);

    private final Vertx vertx;
    private final TlsSettings settings;
    private final Consumer<TlsIdentity> onChange;
    private volatile Loaded current;
    private volatile long timer;
    private volatile boolean closed;

    private TlsIdentities(Vertx vertx, TlsSettings settings, Consumer<TlsIdentity> onChange, Loaded first) {
        this.vertx = vertx;
        this.settings = settings;
        this.onChange = onChange;
        this.current = first;
    }

    /**
     * Reads or makes the certificate, and watches its files.
     *
     * @param onChange called with the first certificate and with each later one, on a worker thread; must be quick
     * @return fails with {@link UnusableCertificate} where there is none to start with
     */
    public static Future<TlsIdentities> open(Vertx vertx, TlsSettings settings, Consumer<TlsIdentity> onChange) {
        return vertx.executeBlocking(
                () -> {
                    Loaded first = load(settings);
                    onChange.accept(first.identity);
                    TlsIdentities identities = new TlsIdentities(vertx, settings, onChange, first);
                    identities.watch();
                    return identities;
                },
                false);
    }

    /** The certificate in use. */
    public TlsIdentity current() {
        return current.identity;
    }

    /** Stops watching. */
    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }

    private void watch() {
        if (closed) {
            return;
        }
        timer = vertx.setTimer(settings.reloadInterval().toMillis(), tick -> vertx.executeBlocking(
                        () -> {
                            reloadIfChanged();
                            return null;
                        },
                        false)
                .onComplete(done -> watch()));
    }

    private void reloadIfChanged() {
        try {
            if (!settings.isDevelopment() && fingerprint(settings).equals(current.fingerprint)) {
                return;
            }
            Loaded loaded = load(settings);
            if (!loaded.identity.chain().equals(current.identity.chain())) {
                onChange.accept(loaded.identity);
                LOG.info("certificate reloaded: {}", loaded.identity);
            }
            current = loaded;
        } catch (IOException | RuntimeException e) {
            // A RuntimeException is UnusableCertificate, or what the receiver said to a certificate that it cannot use.
            LOG.warn(
                    "the certificate could not be reloaded, the one from before stays in use ({}): {}",
                    current.identity,
                    e.getMessage());
        }
    }

    private static Loaded load(TlsSettings settings) throws IOException {
        if (settings.isDevelopment()) {
            return new Loaded(new DevelopmentCa(settings.developmentDirectory()).identity(settings.names()), "");
        }
        // The fingerprint first: a change between the two is then seen at the next look.
        Path certificate = Objects.requireNonNull(settings.certificate());
        Path key = Objects.requireNonNull(settings.key());
        String fingerprint = Files.exists(certificate) && Files.exists(key) ? fingerprint(settings) : "";
        return new Loaded(PemFiles.read(certificate, key), fingerprint);
    }

    private static String fingerprint(TlsSettings settings) throws IOException {
        return PemFiles.fingerprint(Objects.requireNonNull(settings.certificate()))
                + PemFiles.fingerprint(Objects.requireNonNull(settings.key()));
    }

    private record Loaded(TlsIdentity identity, String fingerprint) {}
}
