package com.foobar.dbrouter.topology;

import com.foobar.dbrouter.topology.ReadTarget.Cause;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A read on its way to a server. Belongs to the event loop of its {@link ReadIndex}. */
final class PendingRead {
    private final ReadDemand demand;
    private final long arrivedAt;
    private final Promise<ReadTarget> promise = Promise.promise();
    private @Nullable Position learnt;
    private @Nullable DatabaseServer learntFrom;
    private Position wanted = GtidPosition.EMPTY;
    private long waitsSince;
    private boolean waited;

    PendingRead(ReadDemand demand, long arrivedAt) {
        this.demand = demand;
        this.arrivedAt = arrivedAt;
    }

    ReadDemand demand() {
        return demand;
    }

    long arrivedAt() {
        return arrivedAt;
    }

    Future<ReadTarget> future() {
        return promise.future();
    }

    boolean isOlderThan(Duration limit, long now) {
        return now - arrivedAt > limit.toNanos();
    }

    /** The primary has told its position after the read arrived. */
    void learnt(Position position, DatabaseServer primary) {
        learnt = position;
        learntFrom = primary;
    }

    /** From now on it waits for a replica that has applied the position. */
    void waitFor(Position position, long now) {
        wanted = position;
        waitsSince = now;
        waited = false;
    }

    Position wanted() {
        return wanted;
    }

    long waitsSince() {
        return waitsSince;
    }

    /** No replica had the position when it was looked for. */
    void hasToWait() {
        waited = true;
    }

    boolean hasWaited() {
        return waited;
    }

    void complete(DatabaseServer server, Cause cause) {
        promise.complete(new ReadTarget(server, cause, learnt, learntFrom));
    }

    void fail(RuntimeException failure) {
        promise.fail(failure);
    }
}
