package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.routing.Trait;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's {@code LASTVAL(s)} and {@code PREVIOUS VALUE FOR s} are known (MariaDB manual, "PREVIOUS VALUE FOR
 * sequence_name"): on the connection that took the value, while nobody else has taken one there. Where others have, it is
 * known only of a sequence of which the session has certainly taken a value since: a statement that does nothing else than
 * that, or that cannot succeed without, has succeeded. A value that a column's default takes shows in no statement, so a
 * connection that the session has inserted on is asked as well. Belongs to the session's event loop.
 */
final class SequenceValues {
    /** More sequences than one session uses; beyond, nothing is certain. */
    private static final int MOST_NAMES = 64;

    /** A name that is the same in each character set, and cannot be mistaken for two. */
    private static final String WORD = "(?:[\\w$]+|`[\\w$-]+`)";

    private static final String NAME = WORD + "(?:\\s*\\.\\s*" + WORD + ")?";
    private static final String TAKING = use("NEXTVAL", "NEXT");

    /** A whole statement; it has to return a row as well. */
    private static final Pattern TAKES_ONLY = statement("SELECT\\s+" + TAKING + "\\s*;?\\s*");

    /** The beginning of one: the first row's values up to this are names, numbers, parameters, and plain strings. */
    private static final Pattern INSERTS = statement("INSERT\\s+INTO\\s+" + NAME + "\\s*(?:\\([\\w$`,\\s]*\\)\\s*)?"
            + "VALUES\\s*\\(\\s*(?:(?:[\\w$.?]+|'[^'\\\\]*')\\s*,\\s*){0,20}+" + TAKING + "\\s*[,)]");

    /** A whole statement. */
    private static final Pattern ASKS_ONLY = statement("SELECT\\s+" + use("LASTVAL", "PREVIOUS") + "\\s*;?\\s*");

    private @Nullable ServerConnection on;

    /** Whether one of its statements there was to take a value. */
    private boolean takes;

    /** Of which it has certainly taken values there. */
    private final Set<String> taken = new HashSet<>(0);

    /** Whether values that it has taken, or may have, are on no connection that it can ask. */
    private boolean lost;

    /** Whether texts have shown that. */
    private boolean knownLost;

    /** A statement has been answered. */
    void ran(ServerConnection connection, ServerRun run, ResponseTracker answer) {
        boolean isToTake = run.classification().has(Trait.TAKES_SEQUENCE_VALUE);
        if (!isToTake && !run.classification().has(Trait.MAY_GIVE_ID)) {
            return;
        }
        if (on != connection) {
            lose();
            on = connection;
        }
        if (isToTake) {
            takes = true;
            connection.session().tookSequenceValue();
            String name = certainlyTaken(run, answer);
            if (name != null && taken.size() < MOST_NAMES) {
                taken.add(name);
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
        Matcher asks = ASKS_ONLY.matcher(asking.text());
        String asked = asks.matches() ? name(asking, asks) : null;
        return (asked != null && taken.contains(asked))
                || (!knownLost && !connection.session().hasOthersSequenceValues());
    }

    /** The name is its only group that is not null. */
    private static String use(String function, String word) {
        return "(?:" + function + "\\s*\\(\\s*(" + NAME + ")\\s*\\)|" + word + "\\s+VALUE\\s+FOR\\s+(" + NAME + "))";
    }

    private static Pattern statement(String text) {
        return Pattern.compile("\\s*" + text, Pattern.CASE_INSENSITIVE);
    }

    private static @Nullable String certainlyTaken(ServerRun run, ResponseTracker answer) {
        if (answer.error() != null || run.classification().statements() > 1) {
            return null;
        }
        String text = run.text();
        Matcher only = TAKES_ONLY.matcher(text);
        if (only.matches()) {
            return answer.rows() == 1 ? name(run, only) : null;
        }
        Matcher inserts = INSERTS.matcher(text);
        return inserts.lookingAt() ? name(run, inserts) : null;
    }

    /** With its database; null where that is not certain, as a prepared statement keeps the one that it was prepared in. */
    private static @Nullable String name(ServerRun run, Matcher use) {
        String plain = (use.group(1) == null ? use.group(2) : use.group(1)).replaceAll("[`\\s]", "");
        if (plain.indexOf('.') >= 0) {
            return plain;
        }
        return run instanceof QueryRun ? run.session.memory().state().schema() + "." + plain : null;
    }

    void letsGo(ServerConnection connection) {
        if (on == connection) {
            lose();
        }
    }

    private void lose() {
        lost |= on != null;
        knownLost |= takes;
        on = null;
        takes = false;
        taken.clear();
    }

    /** As after login. */
    void startOver() {
        on = null;
        takes = false;
        taken.clear();
        lost = false;
        knownLost = false;
    }
}
