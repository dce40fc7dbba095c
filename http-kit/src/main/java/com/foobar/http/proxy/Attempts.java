package com.foobar.http.proxy;

import com.foobar.http.backend.BackendServer;
import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.exchange.SessionCookie;
import com.foobar.http.message.Method;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The attempts at one request: the first, retries with other servers, a hedge beside one that is late. Belongs to the request's event loop. */
final class Attempts {
    /** How long at most the servers are spared before one that refused is asked again, as in HAProxy. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ProxyExchange exchange;
    private final RequestStream stream;
    private final ProxyContext context;
    private final ServerSearch search;

    private int made;
    private boolean renewed;
    /** The one that is under way or was the last; null before the first. */
    private @Nullable Attempt current;
    /** A second one beside it, as the first is late. */
    private @Nullable Attempt hedge;

    private @Nullable ScheduledFuture<?> late;
    /** After which a server that refused is asked again. */
    private @Nullable ScheduledFuture<?> pause;
    /** The server that failed the attempt before. */
    private @Nullable BackendServer failed;

    Attempts(ProxyExchange exchange, RequestStream stream, ProxyContext context) {
        this.exchange = exchange;
        this.stream = stream;
        this.context = context;
        this.search = new ServerSearch(this, exchange, stream, context);
    }

    /** How many were made. */
    int made() {
        return made;
    }

    /** Takes a place with a server, or waits for one. Returns whether there is a server at all. */
    boolean begin() {
        BackendServer first = search.take();
        if (first != null) {
            current = attempt(first);
            return true;
        }
        if (search.hasCandidate()) {
            search.await();
            return true;
        }
        return false;
    }

    /** Asks the first server, unless that has to be waited for. */
    void ask() {
        Attempt first = current;
        if (first != null) {
            acquire(first);
        }
    }

    /** A server has room for the request that waited. */
    void found(BackendServer server) {
        ask(server);
    }

    /** Asks that server, with which the request has a place. */
    private void ask(BackendServer server) {
        BackendServer before = failed;
        if (before != null && !before.equals(server)) {
            before.stats().redispatched();
        }
        Attempt next = attempt(server);
        current = next;
        acquire(next);
    }

    private Attempt attempt(BackendServer server) {
        if (!server.equals(search.session())) {
            server.stats().balanced();
        }
        return new Attempt(exchange, server, context.pools().of(stream.eventLoop(), server), context.admission());
    }

    private void acquire(Attempt next) {
        made++;
        answering(next);
        long maxIdle = UpstreamPool.ANY;
        if (made > 1 && !next.equals(hedge)) {
            // A connection kept from before might be as dead as the last.
            maxIdle = UpstreamPool.NEW_ONLY;
        } else if (!exchange.isRepeatable()) {
            // The server may be closing it while the request is on its way, and then nobody can tell whether it was
            // seen.
            maxIdle = context.settings().unrepeatableIdle().toNanos();
        }
        next.acquire(maxIdle);
    }

    /** Whether one has gone on by a new connection, so that none will again. */
    boolean hasRenewed() {
        return renewed;
    }

    /** Has the attempt go on by a new connection, as the one that it had was closed by the server; once for each request (RFC 9112 §9.3.1). */
    void renew(Attempt attempt) {
        renewed = true;
        stream.record().retried();
        answering(attempt);
        attempt.acquire(UpstreamPool.NEW_ONLY);
    }

    private void answering(Attempt attempt) {
        stream.record().asked(context.backend().name(), attempt.server().name());
        stream.record().connected(attempt.connectedNanos());
        BackendServer session = search.session();
        if (session != null && !session.equals(attempt.server())) {
            stream.record().sessionCookie(SessionCookie.DOWN);
        }
    }

    private Method method() {
        return stream.head().method();
    }

    private Attempt current() {
        return Objects.requireNonNull(current);
    }

    boolean isCurrent(Attempt attempt) {
        return attempt.equals(current);
    }

    /** The server that answers, where the client's cookie names another one or none; null where there is nothing to tell. */
    @Nullable
    BackendServer newSession() {
        BackendServer server = current().server();
        return server.equals(search.session()) ? null : server;
    }

    /** The connection to the server, if there is one now. */
    @Nullable
    UpstreamExchange connection() {
        Attempt attempt = current;
        return attempt == null ? null : attempt.connection();
    }

    /** Lets go of all servers; one that is still asked has its connection closed. */
    void stop() {
        stop(Attempt::abort);
    }

    /** The same, where the one that is asked has taken too long. */
    void stopOverdue(String reason) {
        stop(attempt -> attempt.overdue(reason));
    }

    private void stop(Consumer<Attempt> end) {
        search.stop();
        ended();
        Attempt second = hedge;
        if (second != null) {
            hedge = null;
            second.cancel();
        }
        Attempt first = current;
        if (first != null) {
            end.accept(first);
        }
    }

    /** There will be no further attempt. */
    void ended() {
        dropHedge();
        dropPause();
    }

    private void dropPause() {
        ScheduledFuture<?> timer = pause;
        if (timer != null) {
            pause = null;
            timer.cancel(false);
        }
    }

    private void dropHedge() {
        ScheduledFuture<?> timer = late;
        if (timer != null) {
            late = null;
            timer.cancel(false);
        }
    }

    // ---- retries ----

    /** Asks a server that was not asked yet or, where there is none, any. Returns whether there is one, and the budget, where it is asked, allows it. */
    boolean askAnother(BackendServer by, boolean budgeted) {
        search.avoid(by);
        search.contentItself();
        return retry(by, budgeted);
    }

    /**
     * After a connection that failed: asks a server that was not asked yet or, where there is none, any, after a pause in which it may come back. That is out of the budget only where the
     * connection was to take the place of a stale one, as the server may have had work with the request.
     *
     * @param error what the request fails with if there is none then either
     * @return whether there is one, or may be
     */
    boolean askAfterRefusal(Attempt refused, ProxyError.ConnectFailed error) {
        BackendServer by = refused.server();
        if (refused.isRenewed() && !context.budget().withdraw()) {
            return false;
        }
        search.avoid(by);
        if (search.hasCandidate()) {
            return retry(by, false);
        }
        if (error.timedOut()) {
            // That was pause enough.
            search.contentItself();
            return retry(by, false);
        }
        // Nothing is late while nobody is asked; whom a hedge asked would still be asked when the pause ends.
        dropHedge();
        long nanos = Math.min(
                LONGEST_PAUSE_NANOS, context.settings().timeouts().connect().toNanos());
        pause = stream.eventLoop().schedule(() -> askAgain(by, error), nanos, TimeUnit.NANOSECONDS);
        return true;
    }

    private void askAgain(BackendServer by, ProxyError.ConnectFailed error) {
        pause = null;
        search.contentItself();
        if (retry(by, false)) {
            return;
        }
        // Checks have taken it down since, and need longer to bring it back than it may need to come back.
        if (search.takeInSpiteOfChecks(by)) {
            retrying(by);
            ask(by);
        } else {
            exchange.exhausted(error);
        }
    }

    /**
     * Asks a server that was not asked yet. Returns whether one has room now, and the budget allows it: an answer in the hand is worth more than a place in the queue.
     */
    boolean askUntried(BackendServer by) {
        search.avoid(by);
        BackendServer next = search.take();
        if (next == null) {
            return false;
        }
        if (!context.budget().withdraw()) {
            context.admission().release(next);
            return false;
        }
        retrying(by);
        ask(next);
        return true;
    }

    /** Asks another server than the one that is waited for, if there is one, and the budget allows it. */
    void leave(Attempt waitedFor, String reason) {
        if (undecided() || !isCurrent(waitedFor)) {
            return;
        }
        search.avoid(waitedFor.server());
        if (search.hasCandidate() && context.budget().withdraw()) {
            waitedFor.refuse(reason);
            if (!retry(waitedFor.server(), false)) {
                // The last one has gone meanwhile.
                exchange.exhausted(new ProxyError.NoServer(
                        context.backend().name(), context.backend().describe()));
            }
        }
    }

    private boolean retry(BackendServer by, boolean budgeted) {
        if (!search.hasCandidate() || (budgeted && !context.budget().withdraw())) {
            return false;
        }
        retrying(by);
        BackendServer next = search.take();
        if (next == null) {
            search.await();
        } else {
            ask(next);
        }
        return true;
    }

    /** From now on it is not the first attempt that may be late, and the search is another. */
    private void retrying(BackendServer by) {
        dropHedge();
        stream.record().retried();
        by.stats().retried();
        failed = by;
    }

    // ---- hedging ----

    /** The request, which could be sent again, is complete and with a server: when it is late, another one is asked as well. */
    void planHedge() {
        long delay = context.hedging().delayNanos();
        // On a new connection in place of a stale one, it is as late as it was.
        if (delay != Hedging.NEVER && late == null && made == 1 && mayBeHedged()) {
            late = stream.eventLoop().schedule(this::hedge, delay, TimeUnit.NANOSECONDS);
        }
    }

    /** Not one of a session, which another server might know nothing of. */
    private boolean mayBeHedged() {
        return method().safe() && stream.head().upgrade() == null && search.session() == null;
    }

    private void hedge() {
        if (!exchange.isAsking() || made > 1) {
            return;
        }
        search.avoid(current().server());
        BackendServer other = search.take();
        if (other == null) {
            return;
        }
        if (!context.budget().withdraw()) {
            context.admission().release(other);
            return;
        }
        context.hedging().hedged();
        Attempt second = attempt(other);
        hedge = second;
        acquire(second);
    }

    /** Whether it is open which of two attempts will be answered first. */
    boolean undecided() {
        return hedge != null;
    }

    /** Whether beside the attempt that came to nothing another one is under way; that is then the one. */
    boolean survives(Attempt lost) {
        Attempt other = isCurrent(lost) ? hedge : current;
        if (hedge == null || other == null) {
            return false;
        }
        hedge = null;
        current = other;
        answering(other);
        return true;
    }

    /** The answer of this attempt is the one; another one is given up. */
    void decide(Attempt winner) {
        Attempt second = hedge;
        if (second == null) {
            return;
        }
        Attempt first = current();
        hedge = null;
        current = winner;
        answering(winner);
        if (winner.equals(second)) {
            context.hedging().hedgeWon();
            if (first.connection() != null) {
                // At least: to leave the slow ones out would make the next ones late too early.
                context.hedging().answered(first.connectedNanos());
            }
            first.outrun();
        } else {
            second.outrun();
        }
    }
}
