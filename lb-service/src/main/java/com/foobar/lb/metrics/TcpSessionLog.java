package com.foobar.lb.metrics;

import com.foobar.kit.observability.AccessLog;
import com.foobar.lb.tcp.TcpObserver;
import com.foobar.lb.tcp.TcpRecord;
import io.netty.util.NetUtil;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the bytes of a frontend in TCP mode and writes a line for each session, as text with the fields of HAProxy's tcplog in its order. */
final class TcpSessionLog implements TcpObserver {
    private final String frontend;
    private final CounterDataPoint bytesIn;
    private final CounterDataPoint bytesOut;
    private final DurationHistogram.Series duration;
    private final BackendTraffic.Table traffic;
    private final AccessLog access;
    private final LiveCounts counts;

    TcpSessionLog(
            String frontend,
            CounterDataPoint bytesIn,
            CounterDataPoint bytesOut,
            DurationHistogram.Series duration,
            BackendTraffic.Table traffic,
            AccessLog access,
            LiveCounts counts) {
        this.frontend = frontend;
        this.bytesIn = bytesIn;
        this.bytesOut = bytesOut;
        this.duration = duration;
        this.traffic = traffic;
        this.access = access;
        this.counts = counts;
    }

    @Override
    public void received(long bytes) {
        bytesIn.inc(bytes);
    }

    @Override
    public void sent(long bytes) {
        bytesOut.inc(bytes);
    }

    @Override
    public void ended(TcpRecord session) {
        duration.observe(session.totalNanos(), "");
        traffic.count(session);
        if (access.isEnabled()) {
            access.log("session", () -> text(session), () -> fields(session));
        }
    }

    /** {@code client:port [time] frontend backend/server Tw/Tc/Tt bytes termination connections/… queues}. */
    private String text(TcpRecord session) {
        StringBuilder line = new StringBuilder(160);
        HttpLogLine.begin(
                line,
                NetUtil.toAddressString(session.client().getAddress()),
                session.client().getPort(),
                session.accepted(),
                frontend,
                session.backend() == null ? frontend : session.backend(),
                session.server());
        HttpLogLine.millis(line, session.queueNanos()).append('/');
        HttpLogLine.millis(line, session.connectNanos()).append('/');
        HttpLogLine.millis(line, session.totalNanos());
        line.append(' ')
                .append(session.bytesOut())
                .append(' ')
                .append(session.termination().code())
                .append(' ');
        counts.of(frontend, session.backend(), session.server()).append(line, session.retries());
        return line.toString();
    }

    private Map<String, Object> fields(TcpRecord session) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("client", NetUtil.toAddressString(session.client().getAddress()));
        fields.put("clientPort", session.client().getPort());
        fields.put("frontend", frontend);
        if (session.backend() != null) {
            fields.put("server", session.backend() + "/" + (session.server() == null ? "-" : session.server()));
        }
        if (session.queueNanos() > 0) {
            fields.put("queueMs", session.queueNanos() / 1e6);
        }
        if (session.connectNanos() >= 0) {
            fields.put("connectMs", session.connectNanos() / 1e6);
        }
        fields.put("durationMs", session.totalNanos() / 1e6);
        fields.put("bytesIn", session.bytesIn());
        fields.put("bytes", session.bytesOut());
        fields.put("retries", session.retries());
        fields.put("termination", session.termination().code());
        counts.of(frontend, session.backend(), session.server()).put(fields);
        return fields;
    }
}
