package com.foobar.http.exchange;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that, as long as it is there, is the answer to every request, with status 503. It is looked for every second, so that maintenance begins
 * when somebody puts it there and ends when it is taken away. Thread-safe.
 */
public final class MaintenancePage implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MaintenancePage.class);
    private static final long INTERVAL_MILLIS = 1000;

    private record Seen(FileTime changed, ErrorPages.Page page) {}

    private final Vertx vertx;
    private final Path file;
    private volatile @Nullable Seen seen;
    private volatile long timer;
    private volatile boolean closed;

    private MaintenancePage(Vertx vertx, Path file) {
        this.vertx = vertx;
        this.file = file;
    }

    /** Looks for the file, and then again and again. */
    public static Future<MaintenancePage> watch(Vertx vertx, Path file) {
        MaintenancePage page = new MaintenancePage(vertx, file);
        return page.look().map(looked -> page);
    }

    private Future<Void> look() {
        return vertx.<Void>executeBlocking(
                        () -> {
                            read();
                            return null;
                        },
                        false)
                .onComplete(done -> {
                    if (!closed) {
                        timer = vertx.setTimer(INTERVAL_MILLIS, tick -> look());
                    }
                });
    }

    private void read() {
        Seen before = seen;
        try {
            FileTime changed = Files.exists(file) ? Files.getLastModifiedTime(file) : null;
            if (changed == null) {
                seen = null;
            } else if (before == null || !before.changed().equals(changed)) {
                seen = new Seen(changed, ErrorPages.Page.read(file));
            }
        } catch (IOException e) {
            // What was there a moment ago may be gone now; the next look tells.
            log.warn("the maintenance page {} cannot be read: {}", file, e.toString());
        }
        if ((before == null) != (seen == null)) {
            log.info("maintenance {}: {}", before == null ? "begins" : "ends", file);
        }
    }

    /** Passes requests on while there is no maintenance. */
    public RequestHandler before(RequestHandler next) {
        return stream -> {
            Seen now = seen;
            if (now == null) {
                next.handle(stream);
            } else {
                stream.fail(new ProxyError.Maintenance(now.page()));
            }
        };
    }

    /** Stops looking. */
    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
    }
}
