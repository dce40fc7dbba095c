package com.foobar.lb.guard;

import com.foobar.http.exchange.ForwardedChain;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.kit.net.Network;
import com.foobar.lb.config.GuardSettings;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What one frontend asks of its clients before it does anything for them. For all event loops. */
public final class Guard {
    private final List<Network> allow;
    private final List<Network> deny;
    private final List<Network> proxies;
    private final int concurrency;
    private final @Nullable ClientTable requests;
    private final @Nullable ClientTable connections;

    /** @param clock nanoseconds from any origin */
    public Guard(GuardSettings settings, LongSupplier clock) {
        this.allow = networks(settings.allow());
        this.deny = networks(settings.deny());
        this.proxies = networks(settings.trustedProxies());
        Integer rate = settings.rate();
        Integer limit = settings.concurrency();
        this.concurrency = limit == null ? 0 : limit;
        this.requests = rate == null && limit == null
                ? null
                : new ClientTable(settings.clients(), rate == null ? 0 : rate, settings.burst(), concurrency, clock);
        Integer perAddress = settings.connections();
        this.connections = perAddress == null ? null : new ClientTable(settings.clients(), 0, 1, perAddress, clock);
    }

    private static List<Network> networks(List<String> texts) {
        return texts.stream().map(Network::parse).toList();
    }

    private static boolean any(List<Network> networks, InetAddress address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private boolean allows(InetAddress client) {
        return !any(deny, client) && (allow.isEmpty() || any(allow, client));
    }

    /**
     * Counts a connection that requests are to come by; proxies that are trusted may open as many as they like.
     *
     * @return what is to be called when it has closed, or null where it is one too many
     */
    public @Nullable Runnable admitConnection(InetAddress peer) {
        return any(proxies, peer) ? () -> {} : use(connections, peer);
    }

    /**
     * Decides on a connection that is passed on as it is, and counts as a request by itself.
     *
     * @return what is to be called when it has closed, or null where it is to be refused
     */
    public @Nullable Runnable admitSession(InetAddress client) {
        if (!allows(client)) {
            return null;
        }
        Runnable connectionEnd = use(connections, client);
        if (connectionEnd == null) {
            return null;
        }
        Runnable requestEnd = use(requests, client);
        if (requestEnd == null) {
            connectionEnd.run();
            return null;
        }
        return () -> {
            requestEnd.run();
            connectionEnd.run();
        };
    }

    private static @Nullable Runnable use(@Nullable ClientTable table, InetAddress client) {
        if (table == null) {
            return () -> {};
        }
        long key = ClientKey.of(client);
        return switch (table.admit(key)) {
            case ADMITTED -> () -> table.release(key);
            case UNCOUNTED -> () -> {};
            case TOO_OFTEN, TOO_MANY -> null;
        };
    }

    /** Puts the guard before a handler: what it does not let through is answered by 403 or 429. */
    public RequestHandler before(RequestHandler handler) {
        return stream -> {
            ProxyError refusal = admit(stream);
            if (refusal == null) {
                handler.handle(stream);
            } else {
                stream.fail(refusal);
            }
        };
    }

    private @Nullable ProxyError admit(RequestStream stream) {
        InetAddress client = client(stream);
        if (!allows(client)) {
            return new ProxyError.Denied();
        }
        ClientTable table = requests;
        if (table == null) {
            return null;
        }
        long key = ClientKey.of(client);
        return switch (table.admit(key)) {
            case ADMITTED -> {
                stream.record().whenEnded(() -> table.release(key));
                yield null;
            }
            case UNCOUNTED -> null;
            case TOO_OFTEN -> new ProxyError.RateLimited(table.retryAfterSeconds(key));
            case TOO_MANY -> new ProxyError.ConcurrencyLimited(concurrency);
        };
    }

    /** Who asks: the peer, or whom it names if it is a proxy that we trust. */
    private InetAddress client(RequestStream stream) {
        InetAddress peer = Objects.requireNonNull(stream.connection().remote().getAddress());
        if (any(proxies, peer)) {
            ForwardedChain chain = ForwardedChain.read(stream.head().fields(), address -> any(proxies, address));
            if (chain != null) {
                stream.record().forwarded(chain);
                return chain.client();
            }
        }
        return peer;
    }
}
