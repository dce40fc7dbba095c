package com.foobar.http.health;

import com.foobar.http.backend.CheckStatus;
import io.netty.channel.ConnectTimeoutException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one check found.
 *
 * @param status what it came to
 * @param code the protocol's own code of it, such as HTTP's status; 0 for none
 * @param reason for people: {@code 200 OK}, {@code connection refused}
 * @param report what the server says of itself beside its health
 */
public record CheckResult(CheckStatus status, int code, String reason, AgentReport report) {
    private static final Pattern SYSTEM_ERROR =
            Pattern.compile("Connection refused|Connection reset|No route to host|(Network|Host) is unreachable");

    /** Of a server that says nothing beside. */
    public CheckResult(CheckStatus status, int code, String reason) {
        this(status, code, reason, AgentReport.NONE);
    }

    /** Whether the server can take requests. */
    public boolean passed() {
        return status.passed();
    }

    /** No connection could be made. */
    static CheckResult notConnected(Throwable failure) {
        return new CheckResult(
                failure instanceof ConnectTimeoutException ? CheckStatus.L4TOUT : CheckStatus.L4CON,
                0,
                reason(failure));
    }

    /** The connection broke, or what came by it made no sense. */
    static CheckResult broken(Throwable failure) {
        return new CheckResult(CheckStatus.L7RSP, 0, reason(failure));
    }

    /** The operating system's words without Netty's around them. */
    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        Matcher system = SYSTEM_ERROR.matcher(message);
        return system.find() ? system.group().toLowerCase(Locale.ROOT) : message;
    }
}
