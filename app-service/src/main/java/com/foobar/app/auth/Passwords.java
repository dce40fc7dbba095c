package com.foobar.app.auth;

import com.foobar.app.config.AuthSettings;
import com.foobar.app.metrics.AppMetrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.bcrypt.BCrypt;

/**
 * Hashes and checks passwords by bcrypt, on a bounded number of threads with a bounded queue, never on an event loop.
 *
 * <p>What bcrypt gets is the SHA-384 of the password in Base64 (64 characters): bcrypt itself ignores everything after 72
 * bytes and stops at a zero byte.
 */
public final class Passwords implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Passwords.class);

    private final Vertx vertx;
    private final AppMetrics metrics;
    private final int cost;
    private final ThreadPoolExecutor threads;

    public Passwords(Vertx vertx, AuthSettings settings, AppMetrics metrics) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.cost = settings.bcryptCost();
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queue()),
                task -> new Thread(task, "passwords-" + number.incrementAndGet()));
        threads.allowCoreThreadTimeOut(true);
    }

    /** A hash to store. Fails with {@link Busy} when too many wait already. */
    public Future<String> hash(String password) {
        return onThread(() -> BCrypt.hashpw(digest(password), BCrypt.gensalt(cost)));
    }

    /**
     * Whether a password is the one that was hashed. A no takes the same time where there is no user, and where the hash is
     * of a lower cost than the one set.
     *
     * @param hash null when there is no such user: then the answer is no
     */
    public Future<Boolean> matches(String password, @Nullable String hash) {
        return onThread(() -> {
            String digest = digest(password);
            if (hash != null && BCrypt.checkpw(digest, hash)) {
                return true;
            }
            if (hash == null) {
                compareWithNobody(digest, cost);
            } else {
                // 2^n is done; 2^n + 2^(n+1) + … + 2^(cost-1) is what 2^cost is more.
                for (int step = costOf(hash); step < cost; step++) {
                    compareWithNobody(digest, step);
                }
            }
            return false;
        });
    }

    /** Any well-formed hash of that cost does: nothing has to match it. */
    private static void compareWithNobody(String digest, int cost) {
        BCrypt.checkpw(digest, BCrypt.gensalt(cost) + "x".repeat(31));
    }

    /** Whether a hash is of another cost than the one set, so that the password is to be hashed again when it is known. */
    public boolean isOutdated(String hash) {
        return costOf(hash) != cost;
    }

    /** Of {@code $2a$10$…}. */
    private static int costOf(String hash) {
        return Integer.parseInt(hash.substring(4, 6));
    }

    private static String digest(String password) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-384").digest(password.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-384", e);
        }
    }

    private <T> Future<T> onThread(Callable<T> work) {
        Context caller = vertx.getOrCreateContext();
        Promise<T> promise = Promise.promise();
        long asked = System.nanoTime();
        try {
            threads.execute(() -> {
                metrics.passwordWaited(System.nanoTime() - asked);
                Future<T> result = result(work);
                try {
                    caller.runOnContext(v -> result.onComplete(promise));
                } catch (RejectedExecutionException e) {
                    log.debug("nobody waits for a password check any more: the process ends");
                }
            });
        } catch (RejectedExecutionException e) {
            metrics.passwordRefused();
            return Future.failedFuture(new Busy());
        }
        return promise.future();
    }

    private static <T> Future<T> result(Callable<T> work) {
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    /** Takes no more work, and drops what waits. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** Too many password checks wait already. */
    public static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1;

        Busy() {
            super("too many password checks wait already", null, false, false);
        }
    }
}
