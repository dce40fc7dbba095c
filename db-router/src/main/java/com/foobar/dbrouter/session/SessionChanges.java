package com.foobar.dbrouter.session;

import com.foobar.dbrouter.pool.ServerConnection;
import com.foobar.dbrouter.pool.SessionState;
import com.foobar.dbrouter.pool.StatementEnvironment;
import com.foobar.dbrouter.protocol.ResponseTracker;
import com.foobar.dbrouter.protocol.StatusFlags;
import com.foobar.dbrouter.routing.Assignment;
import com.foobar.dbrouter.routing.Classification;
import com.foobar.dbrouter.routing.PinReason;
import com.foobar.dbrouter.routing.RouteReason;
import com.foobar.dbrouter.routing.SessionVariables;
import com.foobar.dbrouter.routing.StatementKind;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a statement that has been carried out makes of the session's state. */
final class SessionChanges {
    /** A name has at most 64 characters, of up to four bytes. Bounded, as a group takes stack each time that it comes again. */
    private static final Pattern USE =
            Pattern.compile("\\s*USE\\s*(?:`((?:[^`]|``){1,256})`|([^\\s;`'\"/#-]+))[\\s;]*", Pattern.CASE_INSENSITIVE);

    private static final Pattern READ_ONLY = Pattern.compile(
            "\\s*SET\\s+(SESSION|LOCAL)\\s+TRANSACTION\\s+READ\\s+ONLY[\\s;]*"
                    + "|\\s*SET\\s+((SESSION|LOCAL)\\s+|@@(session|local)\\.)?(transaction|tx)_read_only\\s*:?=\\s*(1|ON|TRUE)[\\s;]*",
            Pattern.CASE_INSENSITIVE);
    private static final String SESSION_TRACK = "session_track_";

    private SessionChanges() {}

    /**
     * Whether any connection can be brought to what the statement makes of the state, so that nothing of it is in the one that
     * runs it and nowhere else.
     *
     * @param text one char per byte
     */
    static boolean canBeCarriedOver(SessionState state, Classification statement, String text) {
        return switch (statement.kind()) {
            case USE -> USE.matcher(text).matches();
            case SET -> with(state, statement, text) != null;
            default -> true;
        };
    }

    /** @param text one char per byte; null where it is longer than {@link SessionState#LONGEST_SETTING} */
    static void note(
            ClientSession session,
            ServerConnection ran,
            ResponseTracker answer,
            Classification statement,
            @Nullable String text,
            StatementText statementText) {
        if (statement.statements() > 1) {
            session.memory().environmentIsUnknown();
        } else if (statement.kind() == StatementKind.USE) {
            use(session, ran, text);
        } else if (statement.kind() == StatementKind.SET) {
            noteReadOnly(session, statement, text);
            set(session, ran, answer, statement, text);
            if (statement.assignments().stream().anyMatch(a -> a.name().startsWith(SESSION_TRACK))) {
                ran.tellingIsChanged();
            }
            statementText.wasSet(statement, text);
        }
    }

    private static void use(ClientSession session, ServerConnection ran, @Nullable String text) {
        Matcher name = USE.matcher(text == null ? "" : text);
        if (name.matches()) {
            String quoted = name.group(1);
            session.memory()
                    .stateIs(
                            ran,
                            session.memory()
                                    .state()
                                    .withSchema(quoted == null ? name.group(2) : quoted.replace("``", "`")));
        } else {
            // Written in a way that is not taken apart here: where the session is then, only this connection knows.
            session.memory().environmentIsUnknown();
            session.held().pin(PinReason.SESSION_VARIABLE);
        }
    }

    /** What the next transactions are; where that is not plain they may write, and the primary runs them. */
    private static void noteReadOnly(ClientSession session, Classification statement, @Nullable String text) {
        boolean only = text != null
                && statement.assignments().size() == 1
                && READ_ONLY.matcher(text).matches();
        boolean mayChange = statement.assignments().stream()
                .anyMatch(assignment -> assignment.name().endsWith("_read_only")
                        || (assignment.name().endsWith("_isolation")
                                && (text == null
                                        || text.toLowerCase(Locale.ROOT).contains("write"))));
        if (mayChange) {
            session.memory().readsOnly(only);
        }
    }

    /** Autocommit is not carried over: while it is off the connection is kept, and everything runs there. */
    private static void set(
            ClientSession session,
            ServerConnection ran,
            ResponseTracker answer,
            Classification statement,
            @Nullable String text) {
        if (!statement.pins().isEmpty() || statement.assignments().isEmpty()) {
            if (mayChangeReading(statement, text)) {
                session.memory().environmentIsUnknown();
            }
            return;
        }
        boolean autocommit = false;
        boolean other = false;
        for (Assignment assignment : statement.assignments()) {
            boolean is = assignment.name().equals(SessionVariables.AUTOCOMMIT);
            autocommit |= is;
            other |= !is && assignment.scope() != Assignment.Scope.GLOBAL;
        }
        if (!other) {
            return;
        }
        boolean off = autocommit && !StatusFlags.has(answer.status(), StatusFlags.AUTOCOMMIT);
        SessionState changed =
                off || text == null ? null : with(session.memory().state(), statement, text);
        if (changed == null) {
            session.held().pin(PinReason.SESSION_VARIABLE);
            if (mayChangeReading(statement, text)) {
                session.memory().environmentIsUnknown();
            }
        } else {
            session.memory().stateIs(ran, changed);
        }
    }

    /** A long text is nearly always the value of a user's variable. */
    private static boolean mayChangeReading(Classification set, @Nullable String text) {
        if (text != null) {
            return StatementEnvironment.changesReading(text);
        }
        return set.assignments().isEmpty()
                || set.reason() == RouteReason.UNCERTAIN_TEXT
                || set.assignments().stream().anyMatch(assignment -> assignment.scope() != Assignment.Scope.USER);
    }

    /** The state with what a {@code SET} sets; null where that is too long, or one too many. */
    static @Nullable SessionState with(SessionState state, Classification statement, String text) {
        if (text.length() > SessionState.LONGEST_SETTING) {
            return null;
        }
        boolean alone = statement.assignments().size() == 1;
        String variable = alone ? statement.assignments().get(0).name() : null;
        boolean absolute = statement.assignments().stream().allMatch(Assignment::absolute);
        SessionState changed = state.withSetting(new SessionState.Setting(text, variable, absolute));
        return changed.isSmall() ? changed : null;
    }
}
