package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.routing.Trait;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's {@code LASTVAL(s)} and {@code PREVIOUS VALUE FOR s} are known (MariaDB manual, "PREVIOUS VALUE FOR
 * sequence_name"): on the connection that took the value, while nobody else has used that. Which sequences they are is read
 * from the statements; a value that a column's default takes shows in none, so a connection that the session has inserted on
 * is asked as well. Belongs to the session's event loop.
 */
final class SequenceValues {
    /** More sequences than one session uses; beyond, values count as lost. */
    private static final int MOST_NAMES = 64;

    private static final String NAME = "((?:[\\w$]+|`[^`]+`)(?:\\s*\\.\\s*(?:[\\w$]+|`[^`]+`))?)";
    private static final Pattern TAKES = use("NEXTVAL", "NEXT", "NEXTVAL");
    private static final Pattern ASKS = use("LASTVAL", "PREVIOUS", "CURRVAL");

    private @Nullable ServerConnection on;
    private final Set<String> taken = new HashSet<>(0);

    /** Whether values that it has taken, or may have, are on no connection that it can ask. */
    private boolean lost;

    /** Whether texts have shown that. */
    private boolean knownLost;

    /** A statement has been answered. */
    void ran(ServerConnection connection, ServerRun run) {
        boolean takes = run.classification().has(Trait.TAKES_SEQUENCE_VALUE);
        if (!takes && !run.classification().has(Trait.MAY_GIVE_ID)) {
            return;
        }
        if (on != connection) {
            lose();
            on = connection;
        }
        if (takes) {
            connection.session().tookSequenceValue();
            taken.addAll(names(run, TAKES));
            if (taken.size() > MOST_NAMES) {
                taken.clear();
                knownLost = true;
            }
        }
    }

    /** The connection to ask; null where there is none, or any will do ({@link #isNone}). */
    @Nullable
    ServerConnection connection() {
        return on;
    }

    /** Whether it has taken no value, so that there is none to be found on a connection where nobody else has. */
    boolean isNone() {
        return on == null && !lost;
    }

    /** Whether what the connection has is what the session has taken. */
    boolean isKnown(ServerConnection connection, ServerRun asking) {
        if (isNone()) {
            return !connection.session().hasSequenceValues();
        }
        if (on != connection) {
            return false;
        }
        Set<String> asked = names(asking, ASKS);
        boolean certain = !asked.isEmpty() && taken.containsAll(asked);
        return certain || (!knownLost && !connection.session().hasOthersSequenceValues());
    }

    private static Pattern use(String function, String word, String column) {
        return Pattern.compile(
                "(?:\\b" + function + "\\s*\\(\\s*|\\b" + word + "\\s+VALUE\\s+FOR\\s+)" + NAME + "|" + NAME
                        + "\\s*\\.\\s*" + column + "\\b",
                Pattern.CASE_INSENSITIVE);
    }

    private static Set<String> names(ServerRun run, Pattern pattern) {
        Set<String> names = new HashSet<>();
        Matcher use = pattern.matcher(run.text());
        while (use.find()) {
            String name = use.group(1) == null ? use.group(2) : use.group(1);
            String plain = name.replaceAll("[`\\s]", "").toLowerCase(Locale.ROOT);
            String schema = run.session.memory().state().schema();
            names.add(plain.indexOf('.') >= 0 ? plain : schema + "." + plain);
        }
        return names;
    }

    void letsGo(ServerConnection connection) {
        if (on == connection) {
            lose();
        }
    }

    private void lose() {
        lost |= on != null;
        knownLost |= !taken.isEmpty();
        on = null;
        taken.clear();
    }

    /** As after login. */
    void startOver() {
        on = null;
        taken.clear();
        lost = false;
        knownLost = false;
    }
}
