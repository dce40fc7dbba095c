package com.foobar.lb.metrics;

import com.foobar.http.exchange.RequestRecord;
import com.foobar.kit.observability.AccessLog;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Text of the access log, with the fields of HAProxy's httplog and tcplog in their order (its manual, §8.2). */
final class HttpLogLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private HttpLogLine() {}

    /**
     * {@code client:port [time] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes - - termination actconn/feconn/beconn/srv_conn/retries
     * srv_queue/backend_queue "request"}, and then request and trace id.
     */
    static String of(RequestRecord record, String frontend, LiveCounts counts) {
        StringBuilder line = new StringBuilder(256);
        begin(
                line,
                record.clientHost(),
                record.connection().remote().getPort(),
                Instant.now().minusNanos(record.durationNanos()),
                record.connection().tls() ? frontend + "~" : frontend,
                record.backend() == null ? frontend : record.backend(),
                record.server());
        line.append("0/");
        millis(line, record.server() == null && !record.isQueued() ? -1 : record.queueNanos())
                .append('/');
        millis(line, reached(record.connectNanos())).append('/');
        millis(line, reached(record.responseNanos())).append('/');
        millis(line, record.durationNanos());
        line.append(' ')
                .append(record.status())
                .append(' ')
                .append(record.bytesOut())
                .append(" - - ")
                .append(HttpTermination.of(record))
                .append(' ');
        counts.of(frontend, record.backend(), record.server()).append(line, record.retries());
        String target = record.head().target();
        if (target.isEmpty()) {
            line.append(" \"<BADREQ>\"");
        } else {
            line.append(" \"")
                    .append(record.head().method())
                    .append(' ')
                    .append(AccessLog.printable(target))
                    .append(' ')
                    .append(record.head().protocol())
                    .append('"');
        }
        return line.append(" id=")
                .append(record.requestId())
                .append(" trace=")
                .append(record.traceId())
                .toString();
    }

    /** The record has 0 for what did not come about. */
    private static long reached(long nanos) {
        return nanos == 0 ? -1 : nanos;
    }

    /** What both kinds of line begin with. */
    static void begin(
            StringBuilder line,
            String host,
            int port,
            Instant accepted,
            String frontend,
            String backend,
            @Nullable String server) {
        line.append(host).append(':').append(port).append(" [");
        TIME.formatTo(accepted, line);
        line.append("] ")
                .append(frontend)
                .append(' ')
                .append(backend)
                .append('/')
                .append(server == null ? "<NOSRV>" : server)
                .append(' ');
    }

    /** -1 for a phase that was not reached. */
    static StringBuilder millis(StringBuilder line, long nanos) {
        return line.append(nanos < 0 ? -1 : (nanos + 500_000) / 1_000_000);
    }
}
