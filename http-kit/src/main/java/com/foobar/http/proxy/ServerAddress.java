package com.foobar.http.proxy;

import com.foobar.kit.settings.HostPort;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server, its name resolved anew now and then and never on an event loop. While a new answer is awaited, or cannot be had, the last one is used. Thread-safe.
 */
final class ServerAddress {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private record Resolved(InetSocketAddress address, long nanos) {}

    private final HostPort address;
    private final Executor resolver;
    private final boolean literal;
    /** The lookup that is under way, or null. */
    private final AtomicReference<@Nullable CompletableFuture<InetSocketAddress>> lookup = new AtomicReference<>();

    private volatile @Nullable Resolved resolved;

    ServerAddress(HostPort address, Executor resolver) {
        this.address = address;
        this.resolver = resolver;
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address.host());
        this.literal = bytes != null;
        if (literal) {
            resolved = new Resolved(new InetSocketAddress(address.host(), address.port()), 0);
        }
    }

    /**
     * Hands over the address, or null and why it is not known; at once if it is known. On the event loop.
     *
     * @param timeout after which a name that is looked up for the first time counts as unknown; whoever asks meanwhile waits for the same lookup
     */
    void get(EventLoop eventLoop, Duration timeout, BiConsumer<@Nullable InetSocketAddress, String> result) {
        Resolved known = resolved;
        if (known == null) {
            lookup().copy()
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((found, failure) -> eventLoop.execute(
                            () -> result.accept(found, failure == null ? "" : describe(failure, timeout))));
            return;
        }
        if (!literal && System.nanoTime() - known.nanos() > FRESH_NANOS) {
            lookup();
        }
        result.accept(known.address(), "");
    }

    private String describe(Throwable failure, Duration timeout) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof UnknownHostException) {
            return "unknown host " + address.host();
        }
        if (cause instanceof TimeoutException) {
            return "no answer for the name " + address.host() + " within " + timeout.toMillis() + " ms";
        }
        return cause instanceof RejectedExecutionException ? "stopping" : String.valueOf(cause);
    }

    /** The lookup that is under way, or a new one. */
    private CompletableFuture<InetSocketAddress> lookup() {
        CompletableFuture<InetSocketAddress> mine = new CompletableFuture<>();
        CompletableFuture<InetSocketAddress> other = lookup.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        try {
            resolver.execute(() -> resolve(mine));
        } catch (RejectedExecutionException e) {
            lookup.set(null);
            mine.completeExceptionally(e);
        }
        return mine;
    }

    private void resolve(CompletableFuture<InetSocketAddress> answer) {
        try {
            InetSocketAddress found = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
            resolved = new Resolved(found, System.nanoTime());
            lookup.set(null);
            answer.complete(found);
        } catch (UnknownHostException | RuntimeException e) {
            Resolved last = resolved;
            if (last != null) {
                resolved = new Resolved(last.address(), System.nanoTime());
            }
            lookup.set(null);
            answer.completeExceptionally(e);
        }
    }
}
