package com.foobar.lb.metrics;

import com.foobar.kit.observability.AccessLog;
import com.foobar.lb.tcp.TcpObserver;
import com.foobar.lb.tcp.TcpRecord;
import io.netty.util.NetUtil;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Counts the bytes of a frontend in TCP mode and writes a line for each session, as text with the fields of HAProxy's tcplog in its order. */
final class TcpSessionLog implements TcpObserver {
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final String frontend;
    private final CounterDataPoint bytesIn;
    private final CounterDataPoint bytesOut;
    private final DurationHistogram.Series duration;
    private final AccessLog access;
    private final IntSupplier connections;

    TcpSessionLog(
            String frontend,
            CounterDataPoint bytesIn,
            CounterDataPoint bytesOut,
            DurationHistogram.Series duration,
            AccessLog access,
            IntSupplier connections) {
        this.frontend = frontend;
        this.bytesIn = bytesIn;
        this.bytesOut = bytesOut;
        this.duration = duration;
        this.access = access;
        this.connections = connections;
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
        if (access.isEnabled()) {
            access.log("session", () -> text(session), () -> fields(session));
        }
    }

    /** {@code client:port [accepted] frontend backend/server Tw/Tc/Tt bytes-read termination frontend-connections/retries}. */
    String text(TcpRecord session) {
        return NetUtil.toAddressString(session.client().getAddress()) + ":"
                + session.client().getPort()
                + " [" + TIME.format(session.accepted()) + "] "
                + frontend + " "
                + (session.backend() == null ? frontend : session.backend()) + "/"
                + (session.server() == null ? "<NOSRV>" : session.server()) + " "
                + "0/" + millis(session.connectNanos()) + "/" + millis(session.totalNanos()) + " "
                + session.bytesOut() + " "
                + session.termination().code() + " "
                + connections.getAsInt() + "/" + session.retries();
    }

    private static long millis(long nanos) {
        return nanos < 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private Map<String, Object> fields(TcpRecord session) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("client", NetUtil.toAddressString(session.client().getAddress()));
        fields.put("frontend", frontend);
        if (session.backend() != null) {
            fields.put("server", session.backend() + "/" + (session.server() == null ? "-" : session.server()));
        }
        if (session.connectNanos() >= 0) {
            fields.put("connectMs", session.connectNanos() / 1e6);
        }
        fields.put("durationMs", session.totalNanos() / 1e6);
        fields.put("bytesIn", session.bytesIn());
        fields.put("bytes", session.bytesOut());
        fields.put("retries", session.retries());
        fields.put("termination", session.termination().code());
        return fields;
    }
}
