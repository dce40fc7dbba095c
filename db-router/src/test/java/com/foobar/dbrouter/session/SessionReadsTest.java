package com.foobar.dbrouter.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.dbrouter.routing.Consistency;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.topology.DatabaseServer;
import com.foobar.dbrouter.topology.Position;
import com.foobar.dbrouter.topology.ReadDemand;
import com.foobar.dbrouter.topology.ReadTarget;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SessionReadsTest {
    private static final String SOURCE = "3e11fa47-71ca-11e1-9e33-c80aa9429562:";
    private static final DatabaseServer PRIMARY = new DatabaseServer("db-1", "localhost", 3311);

    private final SessionReads reads = new SessionReads(Consistency.SESSION);
    private int last;

    @Test
    void asksThePrimaryWhereWhatWasWrittenAmongOthersIsLong() {
        writes(SessionReads.MOST_PIECES);
        assertThat(demanded().pieces()).isEqualTo(SessionReads.MOST_PIECES);
        writes(1);
        assertThat(demand()).isEqualTo(ReadDemand.UNKNOWN_WRITES);
    }

    @Test
    void goesOnFromThePrimarysPosition() {
        writes(SessionReads.MOST_PIECES + 10);
        chosen("1-" + last);
        writes(1);
        assertThat(demanded().text()).isEqualTo(SOURCE + "1-" + (last - 2) + ":" + last);
        writes(SessionReads.MOST_PIECES);
        assertThat(demand()).isEqualTo(ReadDemand.UNKNOWN_WRITES);
    }

    /** As of servers that have written in turn, whose numbers were given out in blocks. */
    @Test
    void doesNotAskAtEveryReadWhereThePrimarysOwnPositionIsLong() {
        writes(SessionReads.MOST_PIECES + 1);
        StringBuilder position = new StringBuilder("1");
        for (int i = 3; i <= last; i += 2) {
            position.append(':').append(i);
        }
        chosen(position.toString());
        writes(1);
        assertThat(demanded().pieces()).isEqualTo(SessionReads.MOST_PIECES + 2);
    }

    /** Each followed by one of somebody else's. */
    private void writes(int times) {
        for (int i = 0; i < times; i++) {
            last = last == 0 ? 1 : last + 2;
            reads.told(SOURCE + last, PRIMARY);
        }
    }

    private void chosen(String position) {
        reads.chosen(
                demand(),
                new ReadTarget(PRIMARY, ReadTarget.Cause.REACHED, Position.parse(SOURCE + position), PRIMARY));
    }

    private ReadDemand demand() {
        return reads.demand(RouteHint.NONE);
    }

    private Position demanded() {
        return Objects.requireNonNull(demand().position());
    }
}
