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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server, its name resolved anew now and then and never on an event loop. An answer that is no longer fresh is used while a new one is on its way; one that is old is used only where no new one can be had. Thread-safe.
 */
final class ServerAddress {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Nobody has asked for so long that the server may have moved meanwhile, and another one be there. */
    private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(60);

    private record Resolved(InetSocketAddress address, long nanos) {}

    private final HostPort address;
    private final Executor resolver;
    private final LongSupplier nanoTime;
    private final boolean literal;
    /** The lookup that is under way, or null. */
    private final AtomicReference<@Nullable CompletableFuture<InetSocketAddress>> lookup = new AtomicReference<>();

    private volatile @Nullable Resolved resolved;

    ServerAddress(HostPort address, Executor resolver) {
        this(address, resolver, System::nanoTime);
    }

    ServerAddress(HostPort address, Executor resolver, LongSupplier nanoTime) {
        this.address = address;
        this.resolver = resolver;
        this.nanoTime = nanoTime;
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address.host());
        this.literal = bytes != null;
        if (literal) {
            resolved = new Resolved(new InetSocketAddress(address.host(), address.port()), 0);
        }
    }

    /**
     * Hands over the address, or null and why it is not known; at once if it is known and not old. On the event loop.
     *
     * @param timeout how long a new answer is waited for; whoever asks meanwhile waits for the same lookup
     */
    void get(EventLoop eventLoop, Duration timeout, BiConsumer<@Nullable InetSocketAddress, String> result) {
        Resolved known = resolved;
        long age = known == null || literal ? 0 : nanoTime.getAsLong() - known.nanos();
        if (known == null || age > OLD_NANOS) {
            lookup().copy()
                    .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .whenComplete((found, failure) -> eventLoop.execute(() -> {
                        if (failure == null) {
                            result.accept(found, "");
                        } else if (known != null) {
                            result.accept(known.address(), "");
                        } else {
                            result.accept(null, describe(failure, timeout));
                        }
                    }));
            return;
        }
        if (age > FRESH_NANOS) {
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
            resolved = new Resolved(found, nanoTime.getAsLong());
            lookup.set(null);
            answer.complete(found);
        } catch (UnknownHostException | RuntimeException e) {
            Resolved last = resolved;
            if (last != null) {
                resolved = new Resolved(last.address(), nanoTime.getAsLong());
            }
            lookup.set(null);
            answer.completeExceptionally(e);
        }
    }
}
