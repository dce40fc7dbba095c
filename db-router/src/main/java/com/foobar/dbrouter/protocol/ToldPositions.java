package com.foobar.dbrouter.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The positions of the writes that one answer tells: MySQL by {@code session_track_gtids}, MariaDB by its variable {@code
 * last_gtid}. Each OK of an answer tells those of its own statement, also the one that ends a result set, so all of them
 * count. Belongs to one event loop.
 */
public final class ToldPositions {
    private static final String LAST_GTID = "last_gtid";

    /** Of the answer of a procedure that writes and writes; beyond it nothing is known. */
    private static final int LONGEST = 64 << 10;

    private final StringBuilder text = new StringBuilder(0);
    private boolean tooMany;

    void clear() {
        text.setLength(0);
        tooMany = false;
    }

    void note(List<SessionChange> changes) {
        for (SessionChange change : changes) {
            boolean position = change.type() == SessionChange.GTIDS
                    || (change.type() == SessionChange.SYSTEM_VARIABLE
                            && change.name().equals(LAST_GTID));
            if (position && !change.value().isEmpty()) {
                add(change.value());
            }
        }
    }

    private void add(String position) {
        if (text.length() + position.length() >= LONGEST) {
            tooMany = true;
        } else {
            text.append(text.isEmpty() ? "" : ",").append(position);
        }
    }

    /** @return all of them, separated by commas; empty where none was told, null where there were too many */
    public @Nullable String text() {
        return tooMany ? null : text.toString();
    }
}
