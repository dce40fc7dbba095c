package com.foobar.kit;

import com.foobar.kit.net.PortHolder;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** A service cannot start, and an operator has to act. The message says what to do; it is shown without a stack trace. */
public final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message what failed, where, and what to do */
    public StartFailure(String message) {
        this(message, null);
    }

    /** @param cause kept for the debug log only */
    public StartFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * A listener could not be opened.
     *
     * @param what the setting that names the address: {@code frontends[0].listen}
     */
    public static StartFailure cannotListen(String what, String host, int port, Throwable cause) {
        return new StartFailure(what + ": cannot listen on " + host + ":" + port + ": " + reason(port, cause), cause);
    }

    private static String reason(int port, Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            if (message.contains("Address already in use")) {
                return "the port is taken"
                        + PortHolder.of(port).map(h -> " by " + h).orElse("")
                        + "; stop that process or set another port";
            }
            if (message.contains("Permission denied")) {
                return "permission denied; ports below 1024 need root or CAP_NET_BIND_SERVICE";
            }
            if (t instanceof UnresolvedAddressException || message.contains("Cannot assign requested address")) {
                return "this machine has no such address";
            }
            if (t instanceof BindException && t.getCause() == null) {
                return message;
            }
        }
        return String.valueOf(cause.getMessage());
    }
}
