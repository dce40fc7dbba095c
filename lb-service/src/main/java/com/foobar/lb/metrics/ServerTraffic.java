package com.foobar.lb.metrics;

import com.foobar.http.exchange.ProxyError;
import com.foobar.http.exchange.RequestRecord;
import com.foobar.lb.tcp.TcpRecord;
import java.util.concurrent.atomic.LongAdder;

/** What passed between clients and one server, told when a request or a session is over. Counted by all event loops without contention. */
final class ServerTraffic {
    private final ServerTimes times = new ServerTimes();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder internalErrors = new LongAdder();

    void add(RequestRecord record) {
        if (record.bytesIn() > 0) {
            bytesIn.add(record.bytesIn());
        }
        if (record.bytesOut() > 0) {
            bytesOut.add(record.bytesOut());
        }
        if (record.error() instanceof ProxyError.Internal) {
            internalErrors.increment();
        }
        if (record.firstByteNanos() != 0 && isServers(record)) {
            times.observe(record);
        }
    }

    void add(TcpRecord session) {
        bytesIn.add(session.bytesIn());
        bytesOut.add(session.bytesOut());
        if (session.connectNanos() >= 0) {
            times.observe(session);
        }
    }

    /** Whether the response was the server's, though it may have been broken off, and not an error's of ours. */
    private static boolean isServers(RequestRecord record) {
        return record.error() == null || record.error().status() != record.status();
    }

    ServerTimes times() {
        return times;
    }

    double bytesIn() {
        return bytesIn.sum();
    }

    double bytesOut() {
        return bytesOut.sum();
    }

    double internalErrors() {
        return internalErrors.sum();
    }
}
