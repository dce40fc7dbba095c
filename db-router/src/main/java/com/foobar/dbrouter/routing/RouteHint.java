package com.foobar.dbrouter.routing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the application asks of the routing of one statement, in a comment: {@code /* router:replica max-lag=2s *}{@code /}.
 * It chooses among the servers that are right for the statement, and never makes a statement a read that is not certain to
 * be one. Immutable.
 *
 * @param target which servers
 * @param maxLag the furthest that a replica may be behind; null for the router's own limit
 * @param consistency what the read is promised; null for what is set
 * @param token the position that a replica has to have reached, in the servers' own notation; empty unless the
 *     consistency is {@link Consistency#TOKEN}
 * @param understood whether it was; one that was not asks for nothing
 * @param signAt where the text has the {@code +} of {@code /*+}, -1 where it has none: MySQL would take the comment for
 *     optimizer hints and warn of it
 */
public record RouteHint(
        Target target,
        @Nullable Duration maxLag,
        @Nullable Consistency consistency,
        String token,
        boolean understood,
        int signAt) {

    /** Which servers. */
    public enum Target {
        /** As the statement and the settings want it. */
        ANY,
        /** The primary, also for a read. */
        PRIMARY,
        /** A replica if there is one, also for what servers answer differently: {@code SHOW}, system variables. */
        REPLICA
    }

    /** Asks for nothing. */
    public static final RouteHint NONE = new RouteHint(Target.ANY, null, null, "", true, -1);

    static final RouteHint NOT_UNDERSTOOD = new RouteHint(Target.ANY, null, null, "", false, -1);

    /**
     * The consistency of a read with this hint. A limit of the lag says that the application accepts it.
     *
     * @param usual what holds where the hint says nothing
     */
    public Consistency consistency(Consistency usual) {
        if (consistency != null) {
            return consistency;
        }
        return maxLag != null ? Consistency.EVENTUAL : usual;
    }
}
