package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.SqlLexer.Token;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code KILL [HARD | SOFT] [CONNECTION | QUERY] id}, where the id is a number or {@code CONNECTION_ID()}.
 *
 * @param queryOnly whether the connection stays
 * @param id of the connection, unsigned; its own where it is {@link #ITSELF}
 */
public record KillStatement(boolean queryOnly, long id) {
    /** No connection has that id. */
    public static final long ITSELF = -1;

    /** @return null for a form that is not known here: MariaDB's {@code KILL USER} and {@code KILL QUERY ID}, an expression */
    public static @Nullable KillStatement read(ByteBuf sql, LexicalMode mode) {
        SqlLexer lexer = new SqlLexer(sql, mode);
        Token token = lexer.next();
        while (token == Token.SEMICOLON) {
            token = lexer.next();
        }
        if (!word(sql, lexer, token).equalsIgnoreCase("KILL")) {
            return null;
        }
        token = lexer.next();
        String word = word(sql, lexer, token);
        if (word.equalsIgnoreCase("HARD") || word.equalsIgnoreCase("SOFT")) {
            token = lexer.next();
            word = word(sql, lexer, token);
        }
        boolean queryOnly = word.equalsIgnoreCase("QUERY");
        if (queryOnly || word.equalsIgnoreCase("CONNECTION")) {
            token = lexer.next();
        }
        long id = id(sql, lexer, token);
        token = lexer.next();
        while (token == Token.SEMICOLON) {
            token = lexer.next();
        }
        return token == Token.END && id != Long.MIN_VALUE && !lexer.sawExecutableComment()
                ? new KillStatement(queryOnly, id)
                : null;
    }

    private static long id(ByteBuf sql, SqlLexer lexer, Token token) {
        String text = sql.toString(lexer.start(), lexer.end() - lexer.start(), StandardCharsets.ISO_8859_1);
        if (token == Token.NUMBER && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Long.parseLong(text);
        }
        boolean itself = token == Token.WORD
                && text.equalsIgnoreCase("CONNECTION_ID")
                && lexer.next() == Token.OPEN
                && lexer.next() == Token.CLOSE;
        return itself ? ITSELF : Long.MIN_VALUE;
    }

    private static String word(ByteBuf sql, SqlLexer lexer, Token token) {
        return token == Token.WORD
                ? sql.toString(lexer.start(), lexer.end() - lexer.start(), StandardCharsets.ISO_8859_1)
                : "";
    }
}
