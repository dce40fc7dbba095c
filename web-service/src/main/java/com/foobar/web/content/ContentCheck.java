package com.foobar.web.content;

import com.foobar.kit.Readiness;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every other second whether the site can still be read: a directory can lose its index.html, its file system or its
 * permissions while the service runs, and requests belong to another instance then. Started and stopped by one thread,
 * asked by any.
 */
public final class ContentCheck {
    private static final Logger log = LoggerFactory.getLogger(ContentCheck.class);
    private static final long PERIOD_MILLIS = 2000;

    private final Vertx vertx;
    private final ContentRoot content;
    private volatile Readiness readiness = Readiness.ready();
    private long timer = -1;

    /** @param content has been read once, by those who opened it */
    public ContentCheck(Vertx vertx, ContentRoot content) {
        this.vertx = vertx;
        this.content = content;
    }

    public void start() {
        timer = vertx.setPeriodic(PERIOD_MILLIS, tick -> look());
    }

    public void stop() {
        vertx.cancelTimer(timer);
    }

    /** Ready, or which file cannot be read and why. */
    public Readiness readiness() {
        return readiness;
    }

    private void look() {
        content.find("index.html").whenComplete((file, failure) -> {
            if (file instanceof SiteFile.OnDisk onDisk) {
                onDisk.close();
            }
            become(file, failure instanceof CompletionException ? failure.getCause() : failure);
        });
    }

    private void become(@Nullable SiteFile index, @Nullable Throwable failure) {
        Readiness before = readiness;
        if (index != null) {
            readiness = Readiness.ready();
            if (!before.isReady()) {
                log.warn("{}: index.html can be read again", content.description());
            }
        } else {
            String reason = content.description() + ": index.html "
                    + (failure == null ? "is not there any more" : "cannot be read: " + failure.getMessage());
            readiness = Readiness.notReady(reason);
            if (before.isReady()) {
                log.warn("not ready: {}", reason);
            }
        }
    }
}
