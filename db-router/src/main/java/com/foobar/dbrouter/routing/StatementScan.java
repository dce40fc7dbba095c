package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.SqlLexer.Token;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads the tokens of a text one after another and keeps what each adds: why a statement is no certain read, what it leaves
 * in the connection, whether it asks for an earlier outcome. Lives for one classification.
 */
final class StatementScan {

    /** {@code CHARACTER SET} is the longest name that {@code SET} knows; a longer one is cut, and then is not replayable. */
    private static final int LONGEST_NAME = 64;

    private final SqlLexer lexer;
    private final ByteBuf text;
    private final ReplicaFunctions functions;
    private Token token = Token.SEMICOLON;
    private Word word = Word.NONE;

    /** The token before the last one, and the word it was. */
    private Token before = Token.SEMICOLON;

    private Word wordBefore = Word.NONE;
    private int startBefore;
    private int endBefore;
    private int qualifierStart;
    private int qualifierEnd;
    private boolean dottedBefore;
    private boolean aliasBefore;
    private boolean dotted;
    private boolean alias;
    private int depth;
    private boolean withHeader;
    private boolean intoSeen;

    /** Up to where parentheses behind names are lists of columns: of INSERT, and of definitions. */
    private boolean definesNames;

    private boolean mentionsUserVariable;

    /** A system variable's scope has been read, and its name is a token of its own: {@code @@session . x}. */
    private boolean scopeRead;

    /** The last {@code VALUE} was that of {@code PREVIOUS VALUE FOR}. */
    private boolean previousValue;

    private final StatementFindings found = new StatementFindings();
    private RouteReason reason = RouteReason.EMPTY;

    StatementScan(SqlLexer lexer, ByteBuf text, ReplicaFunctions functions) {
        this.lexer = lexer;
        this.text = text;
        this.functions = functions;
    }

    static boolean isLast(Token token) {
        return token == Token.SEMICOLON || token == Token.END || token == Token.MALFORMED;
    }

    /** Starts the next statement of the text. */
    void begin() {
        depth = 0;
        definesNames = false;
        withHeader = false;
        intoSeen = false;
        mentionsUserVariable = false;
        found.begin();
        token = Token.SEMICOLON;
        word = Word.NONE;
        dotted = false;
        alias = false;
        scopeRead = false;
    }

    /** The last token. */
    Token token() {
        return token;
    }

    /** The last token's word; {@link Word#NONE} for other tokens, for names behind a dot and for unknown words. */
    Word word() {
        return word;
    }

    /** The last token's text, cut where it is long. */
    String text() {
        int length = Math.min(lexer.end() - lexer.start(), LONGEST_NAME);
        return text.toString(lexer.start(), length, StandardCharsets.ISO_8859_1);
    }

    /** Whether the last token is the {@code ?} of a prepared statement. */
    boolean isParameter() {
        return token == Token.OTHER && text.getByte(lexer.start()) == '?';
    }

    RouteReason reason() {
        return reason;
    }

    List<Assignment> assignments() {
        return found.assignments();
    }

    boolean hasTooManyAssignments() {
        return found.hasTooManyAssignments();
    }

    void assign(Assignment assignment) {
        found.assign(assignment);
    }

    void pin(PinReason pin) {
        found.pin(pin);
    }

    /** What follows comes behind another statement of the text: the outcomes that it asks for are that one's. */
    void follows() {
        found.follows();
    }

    void has(Trait trait) {
        found.has(trait);
    }

    /** Reads the outcome of the statement before. */
    void asks(Trait outcome) {
        found.asks(outcome);
    }

    /** The statement neither tells what is in the database nor leaves anything that is not carried over. */
    void needsNoData() {
        if (!lexer.sawExecutableComment()) {
            found.needsNoData();
        }
    }

    /** What follows are names with lists in parentheses, up to a query or values. */
    void enterDefinition() {
        definesNames = true;
    }

    /** What follows are the names of common table expressions, whose column lists look like calls. */
    void enterWithHeader() {
        withHeader = true;
    }

    /** Reads the next token and takes note of it. */
    Token next() {
        before = token;
        wordBefore = word;
        dottedBefore = dotted;
        aliasBefore = alias;
        startBefore = lexer.start();
        endBefore = lexer.end();
        token = lexer.next();
        dotted = before == Token.DOT;
        alias = wordBefore == Word.AS && !dottedBefore;
        word = token == Token.WORD && !dotted ? Word.of(text, lexer.start(), lexer.end()) : Word.NONE;
        if (withHeader && depth == 0 && before == Token.CLOSE) {
            // Behind the last expression the query follows, also in parentheses.
            withHeader = token == Token.COMMA || word == Word.AS;
        }
        if ((wordBefore == Word.INSERT || wordBefore == Word.REPLACE) && token != Token.OPEN) {
            found.disturb(RouteReason.DATA_CHANGE);
            has(Trait.MAY_GIVE_ID);
        }
        if (wordBefore == Word.FROM && word != Word.DUAL) {
            found.readsMore();
        }
        if (scopeRead && isName()) {
            noteVariableName();
        }
        scopeRead = token == Token.SYSTEM_VARIABLE
                ? text.getByte(lexer.end() - 1) == '.'
                : token == Token.DOT && before == Token.SYSTEM_VARIABLE;
        switch (token) {
            case WORD -> noteWord();
            case QUOTED_NAME -> noteMember();
            case OPEN -> {
                noteCall();
                depth++;
            }
            case CLOSE -> depth--;
            case DOT -> noteQualifier();
            case USER_VARIABLE -> {
                mentionsUserVariable = true;
                found.readsMore();
                found.disturb(RouteReason.USER_VARIABLE);
                if (intoSeen) {
                    pin(PinReason.USER_VARIABLE);
                }
            }
            case SYSTEM_VARIABLE -> noteVariableName();
            case ASSIGN -> {
                if (before == Token.USER_VARIABLE) {
                    pin(PinReason.USER_VARIABLE);
                }
            }
            case MALFORMED -> {
                pin(PinReason.UNCERTAIN_TEXT);
                has(Trait.MAY_GIVE_ID);
                found.isUncertain();
            }
            default -> {}
        }
        return token;
    }

    /** The rest of a query: a read unless something in it says otherwise. */
    StatementKind query(RouteReason readReason) {
        skip();
        if (lexer.sawExecutableComment()) {
            found.disturb(RouteReason.EXECUTABLE_COMMENT);
            has(Trait.MAY_LEAVE_ANYTHING);
        }
        if (lexer.sawWideWord()) {
            found.disturb(RouteReason.UNCERTAIN_TEXT);
        }
        RouteReason disturbance = found.disturbance();
        if (disturbance == null) {
            return read(readReason);
        }
        if (isOfTheServerOnly() && asksForAReplica()) {
            return read(RouteReason.HINT);
        }
        // What is described, as by SHOW TABLES WHERE @@sql_mode = '', is told without FROM.
        if (readReason == RouteReason.READ && disturbance == RouteReason.SYSTEM_VARIABLE && found.readsSettingsOnly()) {
            needsNoData();
        }
        return write(disturbance);
    }

    /** A statement that shows the server's own state. */
    StatementKind serverState() {
        rest(RouteReason.SERVER_STATE);
        RouteReason disturbance = found.disturbance();
        return token != Token.MALFORMED && isOfTheServerOnly() && asksForAReplica()
                ? read(RouteReason.HINT)
                : write(disturbance == null || disturbance.writesNothing() ? reason : disturbance);
    }

    private StatementKind read(RouteReason why) {
        reason = lexer.hint().target() == RouteHint.Target.ANY ? why : RouteReason.HINT;
        return StatementKind.READ;
    }

    private StatementKind write(RouteReason why) {
        reason = why;
        return StatementKind.WRITE;
    }

    /** Whether all that keeps it from being a read is that servers answer it differently. */
    private boolean isOfTheServerOnly() {
        return found.isOfTheServerOnly() && !lexer.sawExecutableComment();
    }

    private boolean asksForAReplica() {
        return lexer.hint().target() == RouteHint.Target.REPLICA;
    }

    StatementKind dataChange() {
        skip();
        reason = RouteReason.DATA_CHANGE;
        return StatementKind.WRITE;
    }

    /** The rest of a statement that goes to the primary, and that may set any user variable it names. */
    StatementKind rest(RouteReason why) {
        skip();
        if (mentionsUserVariable) {
            pin(PinReason.USER_VARIABLE);
        }
        reason = token == Token.MALFORMED ? RouteReason.UNCERTAIN_TEXT : why;
        if (why == RouteReason.OTHER_STATEMENT || why == RouteReason.PROCEDURE_CALL) {
            has(Trait.MAY_GIVE_ID);
        }
        return StatementKind.WRITE;
    }

    /** The rest of a statement that leaves something in the connection. */
    StatementKind pinned(PinReason pin) {
        pin(pin);
        return rest(RouteReason.SESSION_CHANGE);
    }

    StatementKind transaction(StatementKind kind) {
        StatementKind uncertain = rest(RouteReason.TRANSACTION_CONTROL);
        if (token == Token.MALFORMED) {
            return uncertain;
        }
        return kind == StatementKind.BEGIN_READ_ONLY && lexer.sawExecutableComment() ? StatementKind.BEGIN : kind;
    }

    StatementKind session(StatementKind kind) {
        reason = RouteReason.SESSION_CHANGE;
        return kind;
    }

    /** A change of the session of which not all is known. */
    StatementKind notUnderstood(StatementKind kind) {
        reason = RouteReason.UNCERTAIN_TEXT;
        return kind;
    }

    Classification result(StatementKind kind, RouteReason why, List<Assignment> assigned, int statements) {
        return found.result(kind, why, assigned, lexer.hint(), statements);
    }

    private boolean isName() {
        return token == Token.WORD || token == Token.QUOTED_NAME;
    }

    private void skip() {
        while (!isLast(token)) {
            next();
        }
    }

    private void noteWord() {
        switch (word) {
            case UPDATE, SHARE -> {
                if (wordBefore == Word.FOR) {
                    found.disturb(RouteReason.LOCKING_READ);
                } else if (word == Word.UPDATE) {
                    found.disturb(RouteReason.DATA_CHANGE);
                }
            }
            case DELETE -> found.disturb(RouteReason.DATA_CHANGE);
            case INTO -> {
                intoSeen = true;
                found.disturb(RouteReason.SELECT_INTO);
            }
            case LOCK -> found.disturb(RouteReason.LOCKING_READ);
            case PROCEDURE, CALL, LOAD -> found.disturb(RouteReason.OTHER_STATEMENT);
            case CONNECTION -> {
                if (wordBefore == Word.FOR) {
                    found.disturb(RouteReason.SERVER_STATE);
                }
            }
            case FOR -> {
                if (wordBefore == Word.VALUE) {
                    usesSequence(previousValue ? Word.LASTVAL : Word.NEXTVAL);
                }
            }
            case VALUE -> previousValue = wordBefore == Word.PREVIOUS;
            case SESSION_VARIABLES -> has(Trait.SHOWS_INSERT_ID);
            case SQL_CALC_FOUND_ROWS -> {
                pin(PinReason.FOUND_ROWS);
                found.disturb(RouteReason.LAST_STATEMENT);
            }
            case SELECT, VALUES -> withHeader &= depth != 0;
            case TABLE -> {
                withHeader &= depth != 0;
                found.readsMore();
            }
            default -> {}
        }
        if (definesNames && endsDefinition()) {
            definesNames = false;
        }
        noteMember();
    }

    /** A name behind a dot: MariaDB's {@code s.nextval} of SQL mode ORACLE, quoted or not. */
    private void noteMember() {
        if (dotted) {
            Word name = Word.of(text, lexer.start(), lexer.end());
            if (name == Word.NEXTVAL || name == Word.CURRVAL || name == Word.LASTVAL) {
                usesSequence(name);
            }
        }
    }

    private void usesSequence(Word how) {
        has(how == Word.NEXTVAL ? Trait.TAKES_SEQUENCE_VALUE : Trait.ASKS_SEQUENCE_VALUE);
        found.disturb(RouteReason.SEQUENCE);
    }

    private boolean endsDefinition() {
        return switch (word) {
            case SELECT, VALUES, VALUE -> true;
            // Not of CHARACTER SET, ON UPDATE SET NULL, ON DELETE SET NULL.
            case SET -> wordBefore != Word.CHARACTER && wordBefore != Word.UPDATE && wordBefore != Word.DELETE;
            default -> false;
        };
    }

    /** A parenthesis opens: behind a name it is a call, unless the name is an alias or a table with its columns. */
    private void noteCall() {
        boolean named = before == Token.WORD || before == Token.QUOTED_NAME || before == Token.STRING;
        if (!named || aliasBefore || (withHeader && depth == 0)) {
            return;
        }
        switch (called()) {
            case GET_LOCK -> {
                pin(PinReason.NAMED_LOCK);
                found.disturb(RouteReason.NAMED_LOCK);
            }
            case RELEASE_LOCK, RELEASE_ALL_LOCKS, IS_FREE_LOCK, IS_USED_LOCK -> found.disturb(RouteReason.NAMED_LOCK);
            case LAST_INSERT_ID -> {
                has(Trait.ASKS_INSERT_ID);
                found.disturb(RouteReason.LAST_STATEMENT);
            }
            case FOUND_ROWS -> {
                asks(Trait.ASKS_FOUND_ROWS);
                found.disturb(RouteReason.LAST_STATEMENT);
            }
            case ROW_COUNT -> {
                asks(Trait.ASKS_ROW_COUNT);
                found.disturb(RouteReason.LAST_STATEMENT);
                if (before == Token.QUOTED_NAME) {
                    // MySQL has none of that name in quotes: it is somebody's own there.
                    has(Trait.MAY_LEAVE_ANYTHING);
                }
            }
            case CONNECTION_ID -> {
                has(Trait.ASKS_CONNECTION_ID);
                found.disturb(RouteReason.SERVER_STATE);
            }
            case NEXTVAL, LASTVAL -> usesSequence(wordBefore);
            case SETVAL -> found.disturb(RouteReason.SEQUENCE);
            default -> {
                if (wordBefore.isHarmlessBeforeParenthesis(lexer.hadGap()) || isBuiltIn()) {
                    return;
                }
                // One that is vouched for may read tables all the same.
                found.readsMore();
                if (!isForReplicas()) {
                    found.disturb(RouteReason.UNKNOWN_FUNCTION);
                    if (!definesNames && wordBefore != Word.VALUE) {
                        has(Trait.MAY_LEAVE_ANYTHING);
                    }
                }
            }
        }
    }

    /**
     * The word before the parenthesis. A quoted one is no keyword ({@code `in`(1)} calls a stored function), but most functions
     * that are built in have their names also in quotes.
     */
    private Word called() {
        if (before != Token.QUOTED_NAME || dottedBefore || definesNames) {
            return wordBefore;
        }
        Word quoted = Word.of(text, startBefore, endBefore);
        return switch (quoted) {
            case GET_LOCK,
                    RELEASE_LOCK,
                    RELEASE_ALL_LOCKS,
                    IS_FREE_LOCK,
                    IS_USED_LOCK,
                    LAST_INSERT_ID,
                    FOUND_ROWS,
                    ROW_COUNT,
                    CONNECTION_ID -> quoted;
            default -> Word.NONE;
        };
    }

    private boolean isBuiltIn() {
        return before == Token.WORD && !dottedBefore && functions.isBuiltIn(text, startBefore, endBefore);
    }

    private boolean isForReplicas() {
        return before != Token.STRING
                && (dottedBefore
                        ? functions.contains(text, qualifierStart, qualifierEnd, startBefore, endBefore)
                        : functions.contains(text, startBefore, endBefore));
    }

    private void noteQualifier() {
        qualifierStart = startBefore;
        qualifierEnd = endBefore;
        if (before != Token.WORD && before != Token.QUOTED_NAME) {
            return;
        }
        switch (Word.of(text, startBefore, endBefore)) {
            case INFORMATION_SCHEMA, PERFORMANCE_SCHEMA, MYSQL, SYS -> found.disturb(RouteReason.SERVER_STATE);
            default -> {}
        }
    }

    private void noteVariableName() {
        int nameStart = lexer.end();
        while (nameStart > lexer.start() && text.getByte(nameStart - 1) != '.') {
            nameStart--;
        }
        switch (Word.of(text, nameStart, lexer.end())) {
            case LAST_INSERT_ID, IDENTITY -> {
                has(Trait.ASKS_INSERT_ID);
                found.disturb(RouteReason.LAST_STATEMENT);
            }
            case WARNING_COUNT, ERROR_COUNT -> {
                asks(Trait.ASKS_DIAGNOSTICS);
                found.disturb(RouteReason.LAST_STATEMENT);
            }
            case LAST_GTID -> {
                asks(Trait.ASKS_LAST_GTID);
                found.disturb(RouteReason.LAST_STATEMENT);
            }
            case PSEUDO_THREAD_ID -> {
                has(Trait.ASKS_CONNECTION_ID);
                found.disturb(RouteReason.SYSTEM_VARIABLE);
            }
            default -> {
                if (SessionVariables.isSameOnEveryServer(text())) {
                    found.readsSetting();
                } else {
                    found.readsMore();
                }
                found.disturb(RouteReason.SYSTEM_VARIABLE);
            }
        }
    }
}
