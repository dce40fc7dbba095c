package com.foobar.http.proxy;

import com.foobar.kit.settings.HostPort;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final AtomicBoolean refreshing = new AtomicBoolean();
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

    /** Hands over the address, or null and why it is not known; at once if it is known. On the event loop. */
    void get(EventLoop eventLoop, BiConsumer<@Nullable InetSocketAddress, String> result) {
        Resolved known = resolved;
        if (known == null) {
            resolver.execute(() -> {
                try {
                    InetSocketAddress found = resolve();
                    eventLoop.execute(() -> result.accept(found, ""));
                } catch (UnknownHostException e) {
                    eventLoop.execute(() -> result.accept(null, "unknown host " + address.host()));
                }
            });
            return;
        }
        if (!literal && System.nanoTime() - known.nanos() > FRESH_NANOS && refreshing.compareAndSet(false, true)) {
            resolver.execute(this::refresh);
        }
        result.accept(known.address(), "");
    }

    private void refresh() {
        try {
            resolve();
        } catch (UnknownHostException e) {
            Resolved last = resolved;
            if (last != null) {
                resolved = new Resolved(last.address(), System.nanoTime());
            }
        } finally {
            refreshing.set(false);
        }
    }

    private InetSocketAddress resolve() throws UnknownHostException {
        InetSocketAddress found = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
        resolved = new Resolved(found, System.nanoTime());
        return found;
    }
}
