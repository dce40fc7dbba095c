package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.routing.Consistency;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a read outside a transaction asks of the server that answers it. Immutable.
 *
 * @param consistency what it is promised
 * @param onPrimary whether only the primary will do, and has to have said that it still is one
 * @param newest whether the server must have applied what the primary has acknowledged by now
 * @param position what the server must have applied otherwise; null for nothing
 * @param toldBy the primary that told the position; null where nobody can vouch for it
 * @param maxLag the furthest that a replica may be behind; null for the limit of the settings
 * @param allowed which replicas may be chosen, such as those that have not failed this read before; the primary always may
 */
public record ReadDemand(
        Consistency consistency,
        boolean onPrimary,
        boolean newest,
        @Nullable Position position,
        @Nullable DatabaseServer toldBy,
        @Nullable Duration maxLag,
        Predicate<DatabaseServer> allowed) {

    /** To see every write that has been acknowledged by now. */
    public static final ReadDemand STRICT = of(Consistency.STRICT, true);

    /** To see some past state. */
    public static final ReadDemand EVENTUAL = of(Consistency.EVENTUAL, false);

    /** To see a session's own writes, of which there are none. */
    public static final ReadDemand NOTHING_WRITTEN = of(Consistency.SESSION, false);

    /** To see a session's own writes, and how far they go is not known. */
    public static final ReadDemand UNKNOWN_WRITES = of(Consistency.SESSION, true);

    /** To run where every write that has been acknowledged by now is, and more can be made. */
    static final ReadDemand PRIMARY = new ReadDemand(Consistency.STRICT, true, true, null, null, null, ReadDemand::all);

    private static ReadDemand of(Consistency consistency, boolean newest) {
        return new ReadDemand(consistency, false, newest, null, null, null, ReadDemand::all);
    }

    private static boolean all(DatabaseServer server) {
        return true;
    }

    /** To see a session's own writes: the position after the last one, and the primary that told it. */
    public static ReadDemand ownWrites(Position written, DatabaseServer toldBy) {
        return new ReadDemand(Consistency.SESSION, false, false, written, toldBy, null, ReadDemand::all);
    }

    /** To see at least a position that the application gives. */
    public static ReadDemand token(Position token) {
        return new ReadDemand(Consistency.TOKEN, false, false, token, null, null, ReadDemand::all);
    }

    /** The same of these replicas only, which are not further behind. */
    public ReadDemand of(Predicate<DatabaseServer> replicas, @Nullable Duration limit) {
        return new ReadDemand(consistency, onPrimary, newest, position, toldBy, limit, replicas);
    }

    /** Whether the replica may be chosen, however far it has come. */
    boolean admits(ServerState replica) {
        if (replica.server().weight() == 0 || !allowed.test(replica.server())) {
            return false;
        }
        Duration lag = replica.lag();
        return maxLag == null || (lag != null && lag.compareTo(maxLag) <= 0);
    }
}
