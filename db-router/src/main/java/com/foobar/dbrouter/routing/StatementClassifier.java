package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.SqlLexer.Token;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Tells what a statement is from its text.
 *
 * <p>Every statement of the text is scanned to its end for what makes it more than a read ({@link StatementScan}); its first
 * word decides what it is. What the text cannot show is left to the server's own word: a view that calls a function, a
 * procedure that begins a transaction.
 */
public final class StatementClassifier {

    private StatementClassifier() {}

    /**
     * Classifies the readable bytes, all of the text of a COM_QUERY or COM_STMT_PREPARE; indexes stay as they are. Takes
     * time linear in the length and never throws for any content. For any thread.
     */
    public static Classification classify(ByteBuf sql, LexicalMode mode) {
        return classify(sql, mode, ReplicaFunctions.NONE);
    }

    /** @param functions that count as reads besides those that are built in */
    public static Classification classify(ByteBuf sql, LexicalMode mode, ReplicaFunctions functions) {
        StatementScan scan = new StatementScan(new SqlLexer(sql, mode), sql, functions);
        StatementKind kind = StatementKind.EMPTY;
        int statements = 0;
        boolean onlyReads = true;
        boolean changesSession = false;
        boolean kills = false;
        RouteReason reason = RouteReason.MULTIPLE_STATEMENTS;
        do {
            StatementKind next = statement(scan);
            if (next != StatementKind.EMPTY) {
                statements++;
                scan.follows();
                kind = next;
                onlyReads &= next == StatementKind.READ;
                changesSession |= next == StatementKind.SET || next == StatementKind.USE;
                kills |= next == StatementKind.KILL;
                if (scan.reason().mayLeaveAnything()) {
                    reason = scan.reason();
                }
            }
        } while (scan.token() != Token.END && scan.token() != Token.MALFORMED);
        if (statements == 0) {
            return Classification.EMPTY;
        }
        if (statements > 1) {
            kind = kills ? StatementKind.KILL : onlyReads ? StatementKind.READ : StatementKind.WRITE;
            if (changesSession) {
                // Which of them ran, and in which order with errors between, is not followed.
                scan.pin(PinReason.SESSION_VARIABLE);
            }
            return scan.result(kind, onlyReads ? RouteReason.READ : reason, List.of(), statements);
        }
        return scan.result(kind, scan.reason(), scan.assignments(), statements);
    }

    /** Reads one statement up to and including its semicolon. */
    static StatementKind statement(StatementScan scan) {
        scan.begin();
        Token first = scan.next();
        while (first == Token.OPEN) {
            first = scan.next();
        }
        if (first == Token.SEMICOLON || first == Token.END) {
            return StatementKind.EMPTY;
        }
        if (first != Token.WORD) {
            // Nothing, or a label of SQL mode ORACLE.
            return block(scan);
        }
        Word word = scan.word();
        return switch (word) {
            case SELECT, VALUES, TABLE -> scan.query(RouteReason.READ);
            case WITH -> {
                scan.enterWithHeader();
                yield scan.query(RouteReason.READ);
            }
            case EXPLAIN, DESCRIBE, DESC -> scan.query(RouteReason.SCHEMA_READ);
            case SHOW -> show(scan);
            case INSERT, REPLACE -> {
                scan.enterDefinition();
                yield scan.dataChange();
            }
            case UPDATE, DELETE -> scan.dataChange();
            case BEGIN -> begin(scan);
            case START -> start(scan);
            case COMMIT -> end(scan, StatementKind.COMMIT);
            case ROLLBACK -> end(scan, StatementKind.ROLLBACK);
            case SAVEPOINT, RELEASE -> scan.transaction(StatementKind.SAVEPOINT);
            case SET -> SetStatement.read(scan);
            case USE -> {
                scan.rest(RouteReason.SESSION_CHANGE);
                scan.needsNoData();
                yield StatementKind.USE;
            }
            case CALL -> {
                scan.pin(PinReason.PROCEDURE);
                yield scan.rest(RouteReason.PROCEDURE_CALL);
            }
            case GET -> {
                scan.asks(Trait.ASKS_DIAGNOSTICS);
                yield scan.rest(RouteReason.LAST_STATEMENT);
            }
            case CREATE -> create(scan);
            case ALTER -> {
                scan.enterDefinition();
                yield scan.rest(RouteReason.OTHER_STATEMENT);
            }
            case FLUSH -> flush(scan);
            case LOCK, BACKUP -> scan.pinned(PinReason.TABLE_LOCK);
            case UNLOCK -> scan.rest(RouteReason.SESSION_CHANGE);
            case XA -> {
                scan.pinned(PinReason.XA);
                yield scan.rest(RouteReason.TRANSACTION_CONTROL);
            }
            case KILL -> {
                scan.rest(RouteReason.OTHER_STATEMENT);
                yield StatementKind.KILL;
            }
            case PREPARE, EXECUTE, DEALLOCATE -> {
                scan.has(Trait.MAY_GIVE_ID);
                yield scan.pinned(PinReason.TEXT_PREPARE);
            }
            case HANDLER -> scan.pinned(PinReason.HANDLER);
            case IF, CASE, LOOP, REPEAT, WHILE, FOR, DECLARE -> block(scan);
            default -> scan.rest(RouteReason.OTHER_STATEMENT);
        };
    }

    /**
     * MariaDB's statements made of statements (manual, "Using Compound Statements Outside of Stored Programs"). What is behind
     * their first semicolon is read as statements of their own.
     */
    private static StatementKind block(StatementScan scan) {
        scan.pin(PinReason.PROCEDURE);
        return scan.rest(RouteReason.OTHER_STATEMENT);
    }

    private static StatementKind show(StatementScan scan) {
        Token token = scan.next();
        while (token == Token.WORD && isBeforeWhatIsShown(scan.word())) {
            token = scan.next();
        }
        Word what = token == Token.WORD ? scan.word() : Word.NONE;
        return switch (what) {
            case TABLES,
                    TABLE,
                    COLUMNS,
                    FIELDS,
                    INDEX,
                    INDEXES,
                    KEYS,
                    DATABASES,
                    SCHEMAS,
                    CREATE,
                    COLLATION,
                    CHARACTER,
                    CHARSET,
                    TRIGGERS -> scan.query(RouteReason.SCHEMA_READ);
            case WARNINGS, ERRORS, COUNT -> {
                scan.asks(Trait.ASKS_DIAGNOSTICS);
                yield scan.rest(RouteReason.LAST_STATEMENT);
            }
            case VARIABLES -> {
                scan.has(Trait.SHOWS_INSERT_ID);
                yield scan.serverState();
            }
            default -> scan.serverState();
        };
    }

    private static boolean isBeforeWhatIsShown(Word word) {
        return word == Word.FULL || word == Word.EXTENDED || word == Word.SESSION || word == Word.LOCAL;
    }

    private static StatementKind begin(StatementScan scan) {
        Token token = scan.next();
        if (token == Token.WORD && scan.word() == Word.WORK) {
            token = scan.next();
        }
        // Anything else is a block of statements (MariaDB's BEGIN NOT ATOMIC).
        if (token == Token.SEMICOLON || token == Token.END) {
            return scan.transaction(StatementKind.BEGIN);
        }
        return block(scan);
    }

    private static StatementKind start(StatementScan scan) {
        if (scan.next() != Token.WORD || scan.word() != Word.TRANSACTION) {
            return scan.rest(RouteReason.OTHER_STATEMENT);
        }
        StatementKind kind = StatementKind.BEGIN;
        Word before = Word.NONE;
        for (Token token = scan.next(); !StatementScan.isLast(token); token = scan.next()) {
            Word word = token == Token.WORD ? scan.word() : Word.NONE;
            if (before == Word.READ && word == Word.ONLY) {
                kind = StatementKind.BEGIN_READ_ONLY;
            } else if (before == Word.READ && word == Word.WRITE) {
                kind = StatementKind.BEGIN_READ_WRITE;
            }
            before = word;
        }
        return scan.transaction(kind);
    }

    private static StatementKind end(StatementScan scan, StatementKind kind) {
        StatementKind said = kind;
        Word before = Word.NONE;
        for (Token token = scan.next(); !StatementScan.isLast(token); token = scan.next()) {
            Word word = token == Token.WORD ? scan.word() : Word.NONE;
            if (word == Word.TO) {
                said = StatementKind.SAVEPOINT;
            } else if (word == Word.CHAIN && before != Word.NO) {
                said = StatementKind.CHAIN;
            }
            before = word;
        }
        return scan.transaction(said);
    }

    private static StatementKind create(StatementScan scan) {
        scan.enterDefinition();
        for (int i = 0; i < 3 && scan.next() == Token.WORD; i++) {
            if (scan.word() == Word.TEMPORARY) {
                return scan.pinned(PinReason.TEMPORARY_TABLE);
            }
        }
        return scan.rest(RouteReason.OTHER_STATEMENT);
    }

    private static StatementKind flush(StatementScan scan) {
        for (Token token = scan.next(); !StatementScan.isLast(token); token = scan.next()) {
            if (token == Token.WORD && (scan.word() == Word.LOCK || scan.word() == Word.EXPORT)) {
                return scan.pinned(PinReason.TABLE_LOCK);
            }
        }
        return scan.rest(RouteReason.OTHER_STATEMENT);
    }
}
