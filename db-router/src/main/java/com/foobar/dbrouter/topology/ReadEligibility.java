package com.foobar.dbrouter.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a server may answer a read now, and why not; for people.
 *
 * @param why in words; what the last checks found, which a read itself may know better
 */
public record ReadEligibility(DatabaseServer server, boolean mayAnswer, String why) {

    /** One for each server, in the order of the settings. */
    public static List<ReadEligibility> of(TopologySnapshot snapshot, ReadDemand demand, Duration maxLag) {
        List<ReadEligibility> all = new ArrayList<>();
        for (ServerState state : snapshot.servers()) {
            all.add(of(state, snapshot, demand, maxLag));
        }
        return all;
    }

    private static ReadEligibility of(
            ServerState state, TopologySnapshot snapshot, ReadDemand demand, Duration maxLag) {
        DatabaseServer server = state.server();
        if (state.role() == ServerRole.PRIMARY) {
            return new ReadEligibility(server, true, "is the primary: answers where no replica does (reads.fallback)");
        }
        if (!state.reachable() || state.role() == ServerRole.UNKNOWN) {
            return new ReadEligibility(server, false, state.detail());
        }
        if (!state.applying()) {
            return new ReadEligibility(server, false, "applies nothing: " + state.detail());
        }
        Duration lag = state.lag();
        if (!snapshot.replicas().contains(state)) {
            return new ReadEligibility(
                    server,
                    false,
                    lag == null
                            ? "cannot tell its lag: " + state.detail()
                            : "is " + seconds(lag) + " s behind (monitor.max-lag is " + seconds(maxLag) + " s)");
        }
        if (server.weight() == 0) {
            return new ReadEligibility(server, false, "has weight 0");
        }
        if (!demand.admits(state)) {
            return new ReadEligibility(
                    server,
                    false,
                    "is " + (lag == null ? "an unknown time" : seconds(lag) + " s")
                            + " behind, which is more than the hint allows");
        }
        return new ReadEligibility(server, true, position(state, snapshot, demand));
    }

    private static String position(ServerState state, TopologySnapshot snapshot, ReadDemand demand) {
        ServerState primary = snapshot.primary();
        Position newest = primary == null ? null : primary.position();
        Position wanted = demand.newest() ? newest : demand.position();
        Position reached = state.position();
        if (!demand.newest() && wanted == null) {
            return "is within the limit of its lag";
        }
        if (wanted == null || reached == null) {
            return "answers when it is known to have the position";
        }
        return reached.covers(wanted)
                ? "had the position at its last check"
                : "lacked " + reached.missing(wanted)
                        + " transactions of the position at its last check: answers if it gets there within"
                        + " read-index.wait-limit";
    }

    private static String seconds(Duration duration) {
        return Double.toString(duration.toMillis() / 1000.0);
    }
}
