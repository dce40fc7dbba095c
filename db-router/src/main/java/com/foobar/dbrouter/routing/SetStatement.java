package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.Assignment.Scope;
import com.foobar.dbrouter.routing.SqlLexer.Token;
import java.util.Locale;
import java.util.Set;

/**
 * Reads a {@code SET}: which variables it changes, whose they are, and whether the same text would do the same elsewhere.
 * A form that is not known here pins the session.
 */
final class SetStatement {

    /** Of the same arguments they give the same value on every server. */
    private static final Set<String> PURE_FUNCTIONS = Set.of(
            "concat",
            "concat_ws",
            "replace",
            "if",
            "ifnull",
            "nullif",
            "coalesce",
            "lower",
            "upper",
            "locate",
            "instr",
            "find_in_set",
            "trim",
            "greatest",
            "least");

    private static final Set<String> OPERATORS = Set.of("or", "and", "not", "xor", "null", "true", "false", "like");

    private final StatementScan scan;

    /** Whose a variable is that is named without a scope: as the last one was that had one (MySQL manual, "SET"). */
    private Scope scope = Scope.SESSION;

    /** What was assigned last, where it is one token. */
    private String value = "";

    /** Whether there is a variable in what was assigned last. */
    private boolean refers;

    private boolean session;
    private boolean global;
    private boolean understood = true;

    /** Autocommit may be off behind it, which ties the session to its connection without a pin. */
    private boolean mayEndAutocommit;

    private SetStatement(StatementScan scan) {
        this.scan = scan;
    }

    /** Reads on from behind the word {@code SET}. */
    static StatementKind read(StatementScan scan) {
        return new SetStatement(scan).read();
    }

    private StatementKind read() {
        scan.next();
        switch (scan.word()) {
            case PASSWORD, DEFAULT -> {
                return scan.rest(RouteReason.OTHER_STATEMENT);
            }
            case STATEMENT -> {
                return readForOneStatement();
            }
            case RESOURCE -> {
                return scan.pinned(PinReason.SESSION_VARIABLE);
            }
            case ROLE -> {
                assign(Scope.SESSION, "role", false);
                scan.rest(RouteReason.SESSION_CHANGE);
                return scan.session(StatementKind.SET);
            }
            default -> readList();
        }
        if (!understood || scan.token() == Token.MALFORMED) {
            scan.pin(PinReason.SESSION_VARIABLE);
            scan.rest(RouteReason.SESSION_CHANGE);
            return scan.notUnderstood(StatementKind.SET);
        }
        if (session && global) {
            // Repeated for the session's part, it would change every server it is repeated on.
            scan.pin(PinReason.SESSION_VARIABLE);
        }
        if (session && !mayEndAutocommit) {
            scan.needsNoData();
        }
        return session ? scan.session(StatementKind.SET) : scan.rest(RouteReason.OTHER_STATEMENT);
    }

    /** MariaDB's {@code SET STATEMENT … FOR …}: behind the statement the variables are as they were, so that one counts. */
    private StatementKind readForOneStatement() {
        boolean understood = true;
        do {
            understood &= scan.next() == Token.WORD
                    && SessionVariables.isReplayable(scan.text())
                    && !SessionVariables.isAutoIsNull(scan.text())
                    && !SessionVariables.isTransactionReadOnly(scan.text());
            understood &= scan.next() == Token.EQUALS;
            Token value = scan.next();
            understood &= value == Token.NUMBER || value == Token.STRING || value == Token.WORD;
        } while (scan.next() == Token.COMMA);
        return understood && scan.word() == Word.FOR
                ? StatementClassifier.statement(scan)
                : scan.pinned(PinReason.SESSION_VARIABLE);
    }

    private void readList() {
        understood = !StatementScan.isLast(scan.token());
        while (understood && !StatementScan.isLast(scan.token())) {
            readOne();
            understood &= !scan.hasTooManyAssignments();
            if (scan.token() == Token.COMMA) {
                scan.next();
                understood &= !StatementScan.isLast(scan.token());
            }
        }
    }

    private void readOne() {
        if (scan.token() == Token.USER_VARIABLE) {
            assign(Scope.USER, scan.text(), readValue());
        } else if (scan.token() == Token.SYSTEM_VARIABLE) {
            readSystemVariable();
        } else if (scan.token() == Token.WORD || scan.token() == Token.QUOTED_NAME) {
            readNamed();
        } else {
            understood = false;
        }
    }

    /** {@code @@name}, {@code @@scope.name}. */
    private void readSystemVariable() {
        String text = scan.text();
        int dot = text.indexOf('.');
        if (dot < 0 && isOfNextTransaction(text)) {
            scan.pin(PinReason.NEXT_TRANSACTION);
        }
        String scope = dot < 0 ? "session" : text.substring(0, dot).toLowerCase(Locale.ROOT);
        switch (scope) {
            case "session", "local" -> assign(Scope.SESSION, text.substring(dot + 1), readValue());
            case "global", "persist", "persist_only" -> assign(Scope.GLOBAL, text.substring(dot + 1), readValue());
            default -> assign(Scope.GLOBAL, text, readValue());
        }
    }

    /** Without a scope behind the signs (MySQL manual, "SET TRANSACTION Statement"). */
    private static boolean isOfNextTransaction(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "transaction_isolation", "tx_isolation", "transaction_read_only", "tx_read_only" -> true;
            default -> false;
        };
    }

    private void readNamed() {
        switch (scan.word()) {
            case NAMES -> {
                scan.next();
                assign(Scope.SESSION, "names", readWords());
            }
            case CHARSET -> {
                scan.next();
                assign(Scope.SESSION, "character set", readWords());
            }
            case CHARACTER -> {
                scan.next();
                understood = scan.word() == Word.SET;
                scan.next();
                assign(Scope.SESSION, "character set", readWords());
            }
            case TRANSACTION -> {
                scan.pin(PinReason.NEXT_TRANSACTION);
                session = true;
                do {
                    scan.next();
                    readWords();
                } while (scan.token() == Token.COMMA);
            }
            case GLOBAL, PERSIST, PERSIST_ONLY -> readScoped(Scope.GLOBAL);
            case SESSION, LOCAL -> readScoped(Scope.SESSION);
            default -> {
                String name = scan.text();
                assign(scope, name, readValue());
            }
        }
    }

    private void readScoped(Scope said) {
        scope = said;
        scan.next();
        if (scan.word() == Word.TRANSACTION) {
            // Its characteristics, and nothing behind them.
            do {
                scan.next();
                String name = scan.word() == Word.ISOLATION ? "transaction_isolation" : "transaction_read_only";
                assign(scope, name, readWords());
            } while (scan.token() == Token.COMMA);
        } else {
            String name = scan.text();
            assign(scope, name, readValue());
        }
    }

    /**
     * Reads {@code = value}; whether the value is the same on every connection in the same state: made of literals, pure
     * functions, and variables that are carried over themselves.
     */
    private boolean readValue() {
        Token equals = scan.next();
        if (equals == Token.DOT) {
            // A key cache or a qualified name: the server's.
            understood = false;
            return false;
        }
        if (equals != Token.EQUALS && equals != Token.ASSIGN) {
            understood = false;
            return false;
        }
        int tokens = 0;
        value = "";
        refers = false;
        boolean constant = true;
        boolean word = false;
        String text = "";
        int depth = 0;
        Token token = scan.next();
        for (; !StatementScan.isLast(token) && !(token == Token.COMMA && depth == 0); token = scan.next()) {
            // A word is a function's name, an operator, or all there is.
            if (word) {
                constant &= token == Token.OPEN ? PURE_FUNCTIONS.contains(text) : OPERATORS.contains(text);
            }
            word = token == Token.WORD;
            text = word ? scan.text().toLowerCase(Locale.ROOT) : "";
            depth += token == Token.OPEN ? 1 : token == Token.CLOSE ? -1 : 0;
            constant &= isOfAConstant(token);
            refers |= token == Token.SYSTEM_VARIABLE || token == Token.USER_VARIABLE;
            value = tokens++ == 0 ? scan.text() : "";
        }
        understood &= tokens > 0;
        return constant && (tokens == 1 || !word || OPERATORS.contains(text));
    }

    private boolean isOfAConstant(Token token) {
        return switch (token) {
            case WORD, NUMBER, STRING, OPEN, CLOSE, COMMA, EQUALS -> true;
            case OTHER -> !scan.isParameter();
            case SYSTEM_VARIABLE -> {
                String name = scan.text();
                yield SessionVariables.isReplayable(name.substring(name.lastIndexOf('.') + 1));
            }
            default -> false;
        };
    }

    /** Reads words and strings up to the next comma, as after {@code NAMES}. */
    private boolean readWords() {
        int tokens = 0;
        refers = false;
        while (!StatementScan.isLast(scan.token()) && scan.token() != Token.COMMA) {
            understood &= scan.token() == Token.WORD || scan.token() == Token.STRING || scan.token() == Token.EQUALS;
            scan.next();
            tokens++;
        }
        understood &= tokens > 0;
        return true;
    }

    private void assign(Scope of, String name, boolean constant) {
        Assignment assignment = new Assignment(of, name, constant, constant && !refers);
        scan.assign(assignment);
        session |= of != Scope.GLOBAL;
        global |= of == Scope.GLOBAL;
        if (assignment.name().equals("last_insert_id") || assignment.name().equals("identity")) {
            scan.has(Trait.ASKS_INSERT_ID);
        }
        mayEndAutocommit |= assignment.name().equals(SessionVariables.AUTOCOMMIT) && !isOn();
        if (of == Scope.USER) {
            scan.pin(PinReason.USER_VARIABLE);
        } else if (of == Scope.SESSION && !(constant && isCarriedOver(assignment.name()))) {
            scan.pin(PinReason.SESSION_VARIABLE);
        }
    }

    private boolean isCarriedOver(String name) {
        return SessionVariables.isReplayable(name) && (!SessionVariables.isAutoIsNull(name) || isOff());
    }

    private boolean isOn() {
        return value.equals("1") || value.equalsIgnoreCase("on") || value.equalsIgnoreCase("true");
    }

    private boolean isOff() {
        return value.equals("0") || value.equalsIgnoreCase("off") || value.equalsIgnoreCase("false");
    }
}
