package com.foobar.http.proxy;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import com.foobar.http.backend.BackendServer;
import com.foobar.http.backend.StickySettings;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestHandler;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;
import com.foobar.kit.net.NettyTransport;
import java.util.Set;

/**
 * Forwards requests to the servers of one backend, over connections of the event loop that the request came on. Serves any number of listeners.
 *
 * <p>Answers by itself: 400 for a {@code Connection} field that nominates what is not the connection's, 502 when a server answers wrongly, 503 (with
 * {@code Retry-After}) when none can be reached, 504 when one is too slow.
 */
public final class ProxyHandler implements RequestHandler {
    private final ProxyContext context;

    public ProxyHandler(NettyTransport transport, Backend backend, ProxySettings settings) {
        RetrySettings retry = settings.retry();
        ServerPools pools = new ServerPools(transport, settings);
        StickySettings sticky = backend.sticky();
        this.context = new ProxyContext(
                backend,
                RequestKey.of(backend),
                sticky == null ? null : new StickyCookie(backend, sticky),
                settings,
                pools,
                new Admission(backend, transport.group(), settings.connectionsPerServer(), settings.queued()),
                new RetryPolicy(retry.retries() + 1, retry.on()),
                new RetryBudget(retry.budget(), System::nanoTime),
                new Hedging(settings.hedging()));
    }

    @Override
    public void handle(RequestStream stream) {
        context.backend().requestArrived();
        stream.record().backend(context.backend().name());
        Fields fields = stream.head().fields();
        String upgrade = stream.head().upgrade();
        if (upgrade != null && !HopByHopFields.mayUpgrade(upgrade)) {
            stream.head().upgrade(null);
        }
        stream.head().acceptsTrailers(HopByHopFields.acceptsTrailers(fields));
        Set<String> nominated;
        try {
            nominated = HopByHopFields.stripRequest(fields);
        } catch (MalformedMessage e) {
            stream.fail(ProxyError.Malformed.from(e));
            return;
        }
        ForwardedFields.apply(stream, context.settings().forwarded());
        new ProxyExchange(stream, context, nominated).start();
    }

    /** Connections to servers that are open now, idle ones included; for gauges, from any thread. */
    public int connections() {
        return context.pools().connections();
    }

    /** Connections to one server that are open now, idle ones included, but for those of TCP sessions; for gauges, from any thread. */
    public int connections(BackendServer server) {
        return context.pools().connections(server);
    }

    /** Those of them that no request uses. */
    public int idleConnections(BackendServer server) {
        return context.pools().idleConnections(server);
    }

    /** Who gives requests their places with servers; of every way of using this backend. */
    public Admission admission() {
        return context.admission();
    }

    /** Requests that wait for any server with fewer than its maxconn; for gauges, from any thread. */
    public int queued() {
        return context.admission().waiting();
    }

    /** Retries that failed requests wanted and the budget did not allow; from any thread. */
    public long retriesRefused() {
        return context.budget().refused();
    }

    /** Retries that the budget would allow now; for gauges, from any thread. */
    public long retriesAvailable() {
        return context.budget().available();
    }

    /** How long after it was sent a safe request is late now, in nanoseconds; negative where none is: hedging is off, or too little is known. From any thread. */
    public long hedgeDelayNanos() {
        return context.hedging().delayNanos();
    }

    /** Second attempts at late requests; from any thread. */
    public long hedges() {
        return context.hedging().sent();
    }

    /** Second attempts whose answer came first; from any thread. */
    public long hedgesWon() {
        return context.hedging().won();
    }

    /** Closes idle connections; those in use are closed when their response has ended. */
    public void close() {
        context.pools().close();
    }
}
