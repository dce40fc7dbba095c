package com.foobar.dbrouter.session;

import com.foobar.dbrouter.routing.Consistency;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the reads of a session are promised where a statement's hint does not say: what the client asks for at its login, by
 * the connection attribute {@value #ATTRIBUTE}, else what is set for its user, else what is set for all. Immutable.
 *
 * @param usual for all
 * @param ofUsers by the user's name, one char per byte
 */
public record ConsistencyChoice(Consistency usual, Map<String, Consistency> ofUsers) {
    /** Connection attributes are MySQL's own means for a client to say something of itself when it connects. */
    public static final String ATTRIBUTE = "router_consistency";

    public ConsistencyChoice {
        ofUsers = Map.copyOf(ofUsers);
    }

    /**
     * What holds for a session.
     *
     * @param asked the client's connection attribute; null where it has none
     * @return null where the client asks for what there is not
     */
    public @Nullable Consistency of(String user, @Nullable String asked) {
        if (asked == null) {
            return ofUsers.getOrDefault(user, usual);
        }
        for (Consistency consistency : Consistency.values()) {
            if (consistency.name().equals(asked.toUpperCase(Locale.ROOT))) {
                return consistency;
            }
        }
        return null;
    }
}
