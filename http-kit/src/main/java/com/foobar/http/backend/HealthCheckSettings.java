package com.foobar.http.backend;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/** Active health checks of the servers of a backend. */
public record HealthCheckSettings(
        @Description(
                "http: GET, and a look at the answer; tcp: whether a connection can be made; mysql: greeting or login")
        @Default("http")
        CheckType type,

        @Description("port that is checked; 0 for the server's own") @Default("0") @Range(min = "0", max = "65535")
        int port,

        @Description("for http: path asked for with GET") @Default("/health/ready")
        String path,

        @Description("for http: value of the Host field; empty for the server's address") @Default("''")
        String host,

        @Description("for http: statuses that pass, such as 200-299,401") @Default("200-399")
        String expectStatus,

        @Description("for http: text that must be in the first 64 KiB of the body; empty for any body") @Default("''")
        String expectBody,

        @Description(
                "for http: field of the answer by which a server asks for another weight or to be drained: 50%, drain, ready")
        @Default("X-Agent-Check")
        String agentHeader,

        @Description("for mysql: user to log in as, without a password; empty to look at the greeting only")
        @Default("''")
        String user,

        @Description("time between two checks of a server that is up") @Default("2s") @Range(min = "10ms", max = "1h")
        Duration inter,

        @Description("time between two checks of a server that is about to change its state")
        @Default("500ms")
        @Range(min = "10ms", max = "1h")
        Duration fastinter,

        @Description("time between two checks of a server that is down") @Default("1s") @Range(min = "10ms", max = "1h")
        Duration downinter,

        @Description("time that one check may take, connecting included")
        @Default("2s")
        @Range(min = "10ms", max = "1m")
        Duration timeout,

        @Description("failed checks in a row that take a server down") @Default("3") @Range(min = "1", max = "100")
        int fall,

        @Description("passed checks in a row that bring a server up; one is enough where it was never up")
        @Default("2")
        @Range(min = "1", max = "100")
        int rise,

        @Description("random part of the time between two checks, in percent, so that checks spread out")
        @Default("10")
        @Range(min = "0", max = "50")
        int spreadChecks,

        @Description(
                "what a failed live request does: fastinter (check at once), fail-check (counts as a failed check), "
                        + "sudden-death (one more failed check takes the server down), mark-down")
        @Default("sudden-death")
        OnError onError) {

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    public HealthCheckSettings {
        if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("path: " + path + " (expected: an absolute path of visible ASCII)");
        }
        if (host.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("host: " + host + " (expected: visible ASCII)");
        }
        checkStatuses(expectStatus);
        if (!agentHeader.matches(TOKEN)) {
            throw new IllegalArgumentException("agent-header: " + agentHeader + " (expected: the name of a field)");
        }
        if (user.length() > 80 || user.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("user: " + user + " (expected: 80 characters at most)");
        }
    }

    private static void checkStatuses(String text) {
        if (!text.matches("[1-5][0-9]{2}(-[1-5][0-9]{2})?(, ?[1-5][0-9]{2}(-[1-5][0-9]{2})?)*")) {
            throw new IllegalArgumentException(
                    "expect-status: " + text + " (expected: statuses and ranges such as 200-299,401)");
        }
        for (String range : text.split(", ?")) {
            String first = range.substring(0, 3);
            String last = range.substring(range.length() - 3);
            // All have three digits.
            if (first.compareTo(last) > 0) {
                throw new IllegalArgumentException("expect-status: " + range + " (expected: the lower status first)");
            }
        }
    }

    /** The port to check at a server of that address. */
    public int portOf(HostPort address) {
        return port == 0 ? address.port() : port;
    }
}
