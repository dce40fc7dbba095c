package com.foobar.dbrouter.session;

import com.foobar.dbrouter.protocol.ResponseTracker.Expect;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.RouteHint;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.StatementKind;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Set;

/** A command without SQL that the primary answers. */
class PlainRun extends ServerRun {
    /** Runs on the primary and leaves nothing behind. */
    static final Classification PRIMARY = new Classification(
            StatementKind.WRITE, RouteReason.SERVER_STATE, Set.of(), Set.of(), List.of(), RouteHint.NONE, 1);

    PlainRun(ClientSession session, ByteBuf message, Expect expect) {
        super(session, message, PRIMARY, expect);
    }

    @Override
    boolean mayTellData() {
        return expect() == Expect.FIELDS;
    }
}
