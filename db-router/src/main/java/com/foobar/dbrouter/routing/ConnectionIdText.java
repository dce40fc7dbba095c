package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.SqlLexer.Token;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the router's id of a session in the place of {@code CONNECTION_ID()} and {@code @@pseudo_thread_id}, which are another
 * on every server connection. A column that had its name from the call keeps that name.
 *
 * <p>The calls stay where they would be compared with what the server knows by its own ids: beside {@code IS_USED_LOCK} or a
 * table of {@code information_schema}, {@code performance_schema}, {@code sys} or {@code mysql}. So they do in statements
 * that keep their text, such as {@code CREATE PROCEDURE}, in text that is not certain, and in one that has more of them, or deeper
 * parentheses, than anybody writes.
 */
public final class ConnectionIdText {
    /** A longer name would not be what the server makes of the call. */
    private static final int LONGEST_NAME = 64;

    private static final int MOST_CALLS = 1000;
    private static final int DEEPEST = 1000;

    private static final Set<Word> STATEMENTS = Set.of(
            Word.SELECT,
            Word.WITH,
            Word.VALUES,
            Word.INSERT,
            Word.REPLACE,
            Word.UPDATE,
            Word.DELETE,
            Word.SET,
            Word.DO,
            Word.CALL,
            Word.EXPLAIN);

    /** What may stand behind a column without being its name or a part of it. */
    private static final Set<String> AFTER_COLUMNS = Set.of(
            "from",
            "where",
            "union",
            "except",
            "intersect",
            "limit",
            "order",
            "group",
            "having",
            "into",
            "for",
            "lock",
            "window",
            "procedure");

    private final ByteBuf sql;
    private final SqlLexer lexer;
    private final List<Call> calls = new ArrayList<>();

    /** Whether the columns of a query are being listed; one more for each open parenthesis. */
    private final Deque<Boolean> inColumns = new ArrayDeque<>();

    private Token token = Token.SEMICOLON;
    private Token before = Token.SEMICOLON;
    private Word word = Word.NONE;
    private Word wordBefore = Word.NONE;
    private Word statement = Word.NONE;

    /** @param named whether it is a column without a name of its own */
    private record Call(int start, int end, boolean named) {}

    private ConnectionIdText(ByteBuf sql, LexicalMode mode) {
        this.sql = sql;
        this.lexer = new SqlLexer(sql, mode);
    }

    /**
     * @param sql the readable bytes; stays as it is
     * @param id unsigned
     * @return the text with the id in it; null where nothing is to be replaced
     */
    public static @Nullable ByteBuf replace(ByteBuf sql, LexicalMode mode, int id) {
        ConnectionIdText text = new ConnectionIdText(sql, mode);
        return text.find() && !text.calls.isEmpty() ? text.with(id) : null;
    }

    private boolean find() {
        inColumns.push(false);
        next();
        while (token != Token.END) {
            if (token == Token.MALFORMED || lexer.sawExecutableComment() || isOfTheServer()) {
                return false;
            }
            if (statement == Word.NONE && token == Token.WORD) {
                statement = word;
                if (!STATEMENTS.contains(word)) {
                    return false;
                }
            }
            follow();
            if (inColumns.size() > DEEPEST || calls.size() == MOST_CALLS) {
                return false;
            }
            if (isConnectionId() && wordBefore != Word.AS) {
                call();
            } else if (token == Token.SYSTEM_VARIABLE) {
                variable();
            } else {
                next();
            }
        }
        return true;
    }

    private boolean isOfTheServer() {
        boolean name = token == Token.WORD || token == Token.QUOTED_NAME;
        return name
                && switch (Word.of(sql, lexer.start(), lexer.end())) {
                    case IS_USED_LOCK, INFORMATION_SCHEMA, PERFORMANCE_SCHEMA, SYS, MYSQL -> true;
                    default -> false;
                };
    }

    private void follow() {
        switch (token) {
            case SEMICOLON -> {
                statement = Word.NONE;
                inColumns.clear();
                inColumns.push(false);
            }
            case OPEN -> inColumns.push(false);
            case CLOSE -> {
                if (inColumns.size() > 1) {
                    inColumns.pop();
                }
            }
            case WORD -> {
                if (word == Word.SELECT) {
                    columns(true);
                } else if (endsColumns()) {
                    columns(false);
                }
            }
            default -> {}
        }
    }

    private void columns(boolean begin) {
        inColumns.pop();
        inColumns.push(begin);
    }

    private boolean endsColumns() {
        return before != Token.DOT
                && AFTER_COLUMNS.contains(text(lexer.start(), lexer.end()).toLowerCase(Locale.ROOT));
    }

    /** Servers know it by a quoted name as well. */
    private boolean isConnectionId() {
        return before != Token.DOT && isName() && Word.of(sql, lexer.start(), lexer.end()) == Word.CONNECTION_ID;
    }

    private boolean isName() {
        return token == Token.WORD || token == Token.QUOTED_NAME;
    }

    private void call() {
        int start = startInText();
        boolean first = startsColumn();
        if (next() != Token.OPEN || next() != Token.CLOSE) {
            return;
        }
        int end = lexer.end();
        next();
        add(start, end, first);
    }

    /** With its scope, if it has one, which may be a token of its own: {@code @@session . `pseudo_thread_id`}. */
    private void variable() {
        int start = startInText();
        boolean first = startsColumn();
        boolean mayBeSet = wordBefore == Word.SET
                || (statement == Word.SET && before == Token.COMMA && inColumns.size() == 1 && !isAmongColumns());
        boolean scoped = sql.getByte(lexer.end() - 1) == '.';
        boolean replaced = isPseudoThreadId();
        int end = endInText();
        next();
        if (token == Token.DOT) {
            scoped = true;
            next();
        }
        if (scoped && isName()) {
            replaced = isPseudoThreadId();
            end = endInText();
            next();
        }
        boolean isSet = mayBeSet && (token == Token.EQUALS || token == Token.ASSIGN);
        if (replaced && !isSet) {
            add(start, end, first);
        }
    }

    /** Of a variable {@code a.b} it is the name behind the dot. */
    private boolean isPseudoThreadId() {
        int start = lexer.end();
        while (start > lexer.start() && sql.getByte(start - 1) != '.') {
            start--;
        }
        return Word.of(sql, start, lexer.end()) == Word.PSEUDO_THREAD_ID;
    }

    /** With quotes and signs. */
    private int startInText() {
        int start = lexer.start();
        if (isQuoted()) {
            start--;
        }
        return token == Token.SYSTEM_VARIABLE ? start - 2 : start;
    }

    private int endInText() {
        return isQuoted() ? lexer.end() + 1 : lexer.end();
    }

    private boolean isQuoted() {
        return token == Token.QUOTED_NAME
                || (token == Token.SYSTEM_VARIABLE && lexer.start() > 0 && sql.getByte(lexer.start() - 1) != '@');
    }

    private void add(int start, int end, boolean first) {
        boolean last = Token.COMMA == token
                || Token.CLOSE == token
                || StatementScan.isLast(token)
                || (token == Token.WORD && endsColumns());
        calls.add(new Call(start, end, first && last && end - start <= LONGEST_NAME));
    }

    private boolean startsColumn() {
        boolean begins = before == Token.COMMA
                || wordBefore == Word.SELECT
                || wordBefore == Word.DISTINCT
                || wordBefore == Word.ALL;
        return begins && isAmongColumns();
    }

    private boolean isAmongColumns() {
        return Boolean.TRUE.equals(inColumns.peek());
    }

    private Token next() {
        before = token;
        wordBefore = word;
        token = lexer.next();
        word = token == Token.WORD && before != Token.DOT ? Word.of(sql, lexer.start(), lexer.end()) : Word.NONE;
        return token;
    }

    private String text(int start, int end) {
        return sql.toString(start, end - start, StandardCharsets.ISO_8859_1);
    }

    /** A cast has the type that the function has, and is no column's number in an {@code ORDER BY}. */
    private ByteBuf with(int id) {
        ByteBuf out = Unpooled.buffer(sql.readableBytes() + 64 * calls.size());
        int from = sql.readerIndex();
        for (Call call : calls) {
            out.writeBytes(sql, from, call.start() - from);
            String literal = "CAST(" + Integer.toUnsignedString(id) + " AS UNSIGNED)";
            String name =
                    call.named() ? " AS `" + text(call.start(), call.end()).replace("`", "``") + "`" : "";
            out.writeCharSequence(literal + name, StandardCharsets.ISO_8859_1);
            from = call.end();
        }
        return out.writeBytes(sql, from, sql.writerIndex() - from);
    }
}
