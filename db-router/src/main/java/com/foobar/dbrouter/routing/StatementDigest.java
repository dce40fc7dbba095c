package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.SqlLexer.Token;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A statement without its values: numbers, strings and parameters are {@code ?}, lists of them {@code ?, ...}, rows of
 * lists one row. Comments are left out. What cannot be cut into tokens with certainty ends the text, so that no part of a
 * value is ever taken for a name.
 */
public final class StatementDigest {
    /** Of a longer statement the beginning counts. */
    private static final int LONGEST_READ = 2048;

    private static final int LONGEST_TEXT = 1000;
    private static final long PRIME = 0x100000001B3L;

    /** How far a further row of values, {@code , (?, ...)}, has been read. */
    private enum Row {
        NONE,
        COMMA,
        OPEN,
        VALUE,
        VALUES
    }

    private final SqlLexer lexer;
    private final ByteBuf sql;
    private final @Nullable StringBuilder text;
    private long hash = 0xCBF29CE484222325L;
    private boolean afterValue;
    private boolean more;
    private boolean commaAfterValue;
    private boolean pureGroup;
    private boolean afterPureGroup;
    private boolean moreRows;
    private Row row = Row.NONE;
    private boolean commaInRow;

    private StatementDigest(ByteBuf sql, LexicalMode mode, @Nullable StringBuilder text) {
        this.sql = sql;
        this.lexer = new SqlLexer(sql, mode);
        this.text = text;
    }

    /** The same for statements that differ only in values, letter case and blanks. Allocates little; for any thread. */
    public static long hash(ByteBuf sql, LexicalMode mode) {
        StatementDigest digest = new StatementDigest(beginning(sql), mode, null);
        digest.read();
        return digest.hash;
    }

    /** For people; at most 1,000 characters. For any thread. */
    public static String text(ByteBuf sql, LexicalMode mode) {
        StringBuilder text = new StringBuilder();
        new StatementDigest(beginning(sql), mode, text).read();
        return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static ByteBuf beginning(ByteBuf sql) {
        return sql.slice(sql.readerIndex(), Math.min(LONGEST_READ, sql.readableBytes()));
    }

    private void read() {
        for (Token token = lexer.next(); token != Token.END; token = lexer.next()) {
            if (token == Token.MALFORMED || (text != null && text.length() > LONGEST_TEXT)) {
                symbol(" ...");
                return;
            }
            take(token);
        }
        flushRow();
        flushComma();
    }

    private void take(Token token) {
        boolean value = isValue(token);
        if (afterPureGroup && skipRow(token, value)) {
            return;
        }
        flushRow();
        if (value) {
            value();
            return;
        }
        if (token == Token.COMMA && afterValue) {
            commaAfterValue = true;
            return;
        }
        flushComma();
        afterValue = false;
        more = false;
        if (token == Token.OPEN) {
            pureGroup = true;
        } else if (token == Token.CLOSE && pureGroup) {
            afterPureGroup = true;
            moreRows = false;
            pureGroup = false;
            symbol(")");
            return;
        } else {
            pureGroup = false;
        }
        write(token);
    }

    private boolean isValue(Token token) {
        return switch (token) {
            case STRING, NUMBER -> true;
            // In doubt what double quotes enclose is a string.
            case QUOTED_NAME -> sql.getByte(lexer.start() - 1) == '"';
            case OTHER -> lexer.end() - lexer.start() == 1 && sql.getByte(lexer.start()) == '?';
            default -> false;
        };
    }

    private void value() {
        if (afterValue && commaAfterValue) {
            commaAfterValue = false;
            if (!more) {
                more = true;
                symbol(", ...");
            }
            return;
        }
        flushComma();
        blank();
        symbol("?");
        afterValue = true;
        more = false;
    }

    /** A further row of values behind a row of values adds nothing but that there are more. */
    private boolean skipRow(Token token, boolean value) {
        Row next =
                switch (row) {
                    case NONE -> token == Token.COMMA ? Row.COMMA : Row.NONE;
                    case COMMA -> token == Token.OPEN ? Row.OPEN : Row.NONE;
                    case OPEN -> value ? Row.VALUE : Row.NONE;
                    case VALUE, VALUES -> value ? Row.VALUES : token == Token.COMMA ? row : Row.NONE;
                };
        if (next == Row.NONE && (row == Row.VALUE || row == Row.VALUES) && token == Token.CLOSE) {
            row = Row.NONE;
            if (!moreRows) {
                moreRows = true;
                symbol(", ...");
            }
            return true;
        }
        if (next == Row.NONE) {
            return false;
        }
        row = next;
        commaInRow = token == Token.COMMA && next != Row.COMMA;
        return true;
    }

    /** What was taken for the beginning of a further row is none. */
    private void flushRow() {
        Row was = row;
        row = Row.NONE;
        afterPureGroup = false;
        if (was == Row.NONE) {
            return;
        }
        symbol(",");
        if (was != Row.COMMA) {
            symbol(" (");
            pureGroup = true;
        }
        if (was == Row.VALUE || was == Row.VALUES) {
            symbol("?");
            afterValue = true;
            commaAfterValue = commaInRow;
            more = was == Row.VALUES;
            if (more) {
                symbol(", ...");
            }
        }
    }

    private void flushComma() {
        if (commaAfterValue) {
            commaAfterValue = false;
            symbol(",");
        }
    }

    private void write(Token token) {
        if (token != Token.COMMA && token != Token.CLOSE && token != Token.DOT) {
            blank();
        }
        // Between tokens, and telling a name in backticks from a word.
        hash = (hash ^ (token == Token.QUOTED_NAME ? '`' : ' ')) * PRIME;
        int start = lexer.start();
        int end = lexer.end();
        for (int i = start; i < end; i++) {
            int letter = sql.getByte(i);
            hash = (hash ^ (letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter)) * PRIME;
        }
        if (text == null) {
            return;
        }
        switch (token) {
            case QUOTED_NAME -> text.append('`').append(source()).append('`');
            case USER_VARIABLE -> text.append('@').append(source());
            case SYSTEM_VARIABLE -> text.append("@@").append(source());
            default -> text.append(source());
        }
    }

    private String source() {
        byte[] bytes = ByteBufUtil.getBytes(sql, lexer.start(), lexer.end() - lexer.start());
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void blank() {
        if (text != null && lexer.hadGap() && !text.isEmpty() && text.charAt(text.length() - 1) != '(') {
            text.append(' ');
        }
    }

    private void symbol(String symbol) {
        for (int i = 0; i < symbol.length(); i++) {
            hash = (hash ^ symbol.charAt(i)) * PRIME;
        }
        if (text != null) {
            text.append(symbol);
        }
    }
}
