package com.foobar.dbrouter.pool;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Short reads of several sessions on one connection to one server. Those of one turn of the event loop are sent one behind
 * another in one write, and their answers read together: most of what a small query costs a router is system calls
 * (docs/performance.md). A connection is shared only while it is in exactly the state that all of them are in. One that has
 * not answered all of them after {@link #PATIENCE} is left to the one whose turn it is, and the others run elsewhere.
 *
 * <p>Belongs to the event loop.
 */
final class SharedConnections {
    /** How long statements wait for all that are before them, about: it is looked at twice in that time. */
    static final Duration PATIENCE = Duration.ofMillis(100);

    /** For how long nobody else begins to share after that. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    private final ServerPool pool;
    private final IdleConnections free;
    private final EventLoop loop;
    private final int most;

    /** Shared since this turn of the loop began. */
    private @Nullable ServerConnection open;

    private final Set<ServerConnection> used = new HashSet<>();
    private boolean watching;
    private boolean paused;

    /** @param most reads at once on one connection; 1 for no sharing */
    SharedConnections(ServerPool pool, IdleConnections free, EventLoop loop, int most) {
        this.pool = pool;
        this.free = free;
        this.loop = loop;
        this.most = most;
    }

    /**
     * A connection in that state for one short read more.
     *
     * @param user whose last connection is preferred to any other; while nobody else joins it remains that one's
     * @param fits whether the read can be sent there without anything before it that concerns others
     * @param again whether it has just been sent away from another one: such reads share while none else do, rather than open
     *     a connection each
     * @return null where there is none: then one has to be acquired
     */
    @Nullable
    ServerConnection join(
            ConnectionKey key,
            SessionState state,
            ConnectionUser user,
            Predicate<ServerConnection> fits,
            boolean again) {
        if (most <= 1 || (paused && !again)) {
            return null;
        }
        ServerConnection present = open;
        if (present != null
                && present.isOpen()
                && present.sharing().isShared()
                && present.sharing().isOpenToOthers()
                && present.sharing().sessions() < most
                && present.key().equals(key)
                && present.state().equals(state)
                && fits.test(present)) {
            present.usedBy(null);
            present.sharing().join();
            return present;
        }
        ServerConnection idle = free.take(key, state, user, fits);
        if (idle == null) {
            return null;
        }
        idle.usedBy(user);
        idle.sharing().whenDeserted(() -> pool.left(idle));
        idle.sharing().join();
        used.add(idle);
        if (present == null) {
            loop.execute(() -> open = null);
        }
        open = idle;
        watch();
        return idle;
    }

    /** How many more sessions than connections there are in use. */
    int beside() {
        int beside = 0;
        for (ServerConnection connection : used) {
            beside += Math.max(0, connection.sharing().sessions() - 1);
        }
        return beside;
    }

    private void watch() {
        if (!watching) {
            watching = true;
            loop.schedule(this::look, PATIENCE.toMillis() / 2, TimeUnit.MILLISECONDS);
        }
    }

    /** What has made one wait makes the next ones wait as well, as often as not. */
    private void pause() {
        if (!paused) {
            paused = true;
            loop.schedule(() -> paused = false, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        watching = false;
        used.removeIf(
                connection -> !connection.isOpen() || !connection.sharing().isShared());
        if (used.isEmpty()) {
            return;
        }
        watch();
        long now = System.nanoTime();
        List<ServerConnection> slow = new ArrayList<>();
        for (ServerConnection connection : used) {
            if (now - connection.sharing().since() > PATIENCE.toNanos()) {
                slow.add(connection);
            }
        }
        for (ServerConnection connection : slow) {
            if (connection.sharing().sessions() > 1) {
                pause();
            }
            if (connection.sharing().isShared()) {
                connection.sharing().sendOthersElsewhere();
            }
        }
    }
}
