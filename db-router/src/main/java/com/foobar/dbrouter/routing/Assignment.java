package com.foobar.dbrouter.routing;

import java.util.Locale;

/**
 * One variable that a {@code SET} changes. {@code SET NAMES} and {@code SET CHARACTER SET} appear under the names {@code
 * names} and {@code character set}; {@code SET SESSION TRANSACTION} as {@code transaction_isolation} or {@code
 * transaction_read_only}; {@code SET ROLE} as {@code role}.
 *
 * @param name in lower case
 * @param constant whether the value is made of literals, pure functions and variables that are replayed themselves, so
 *     that the statement can be repeated on another connection in the same state with the same effect
 * @param absolute whether it is constant, and no variable is in the value either: the same in any state
 */
public record Assignment(Scope scope, String name, boolean constant, boolean absolute) {

    /** Whose variable it is. */
    public enum Scope {
        /** {@code @name}. */
        USER,
        /** The session's, also {@code LOCAL}, {@code @@name} and plain {@code name}. */
        SESSION,
        /** {@code GLOBAL}, {@code PERSIST}, {@code PERSIST_ONLY}: the server's. */
        GLOBAL
    }

    public Assignment {
        name = name.toLowerCase(Locale.ROOT);
    }
}
