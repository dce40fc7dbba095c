package com.foobar.app;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The prepared statements of the program, with their values, as the general log of a database has them. */
final class SentStatements {
    /** As the log escapes it; what is within is group 1. */
    private static final Pattern LITERAL = Pattern.compile("'((?:[^'\\\\]|\\\\.)*)'", Pattern.DOTALL);

    /** What MariaDB has made of a byte that is no part of a character, after which it escaped the whole. */
    private static final Pattern BYTE = Pattern.compile("\\\\x([0-9A-F]{2})");

    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)", Pattern.DOTALL);

    private SentStatements() {}

    /** Has them logged from now on. */
    static void record(Statement sql) throws SQLException {
        sql.execute("SET GLOBAL log_output = 'TABLE'");
        sql.execute("SET GLOBAL general_log = ON");
    }

    /** Those sent since {@link #record}, each once; none is logged any more. */
    static List<String> take(Statement sql) throws SQLException {
        sql.execute("SET GLOBAL general_log = OFF");
        List<String> statements = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery("SELECT DISTINCT argument FROM mysql.general_log"
                + " WHERE command_type = 'Execute' AND user_host LIKE 'foobar_app%'")) {
            while (rows.next()) {
                statements.add(text(rows.getBytes(1)));
            }
        }
        return statements;
    }

    /** The same for all that differ in nothing but their values. */
    static String withoutValues(String statement) {
        return statement.replaceAll("X?'(?:[^'\\\\]|\\\\.)*'|\\b\\d+\\b", "?");
    }

    /** As a client can send it: a value that is no text as X'…'. */
    private static String text(byte[] logged) {
        String bytes = new String(logged, StandardCharsets.ISO_8859_1);
        String sendable = LITERAL.matcher(bytes)
                .replaceAll(literal -> Matcher.quoteReplacement(isText(literal) ? literal.group() : hex(literal)));
        return new String(sendable.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static boolean isText(MatchResult literal) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(literal.group().getBytes(StandardCharsets.ISO_8859_1)));
            return !BYTE.matcher(unescaped(literal)).find();
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String hex(MatchResult literal) {
        String bytes = BYTE.matcher(unescaped(literal))
                .replaceAll(
                        hex -> Matcher.quoteReplacement(String.valueOf((char) HexFormat.fromHexDigits(hex.group(1)))));
        return "X'" + HexFormat.of().formatHex(bytes.getBytes(StandardCharsets.ISO_8859_1)) + "'";
    }

    private static String unescaped(MatchResult literal) {
        return ESCAPED.matcher(literal.group(1))
                .replaceAll(escaped -> Matcher.quoteReplacement(
                        switch (escaped.group(1)) {
                            case "0" -> "\0";
                            case "n" -> "\n";
                            case "r" -> "\r";
                            case "Z" -> "\032";
                            default -> escaped.group(1);
                        }));
    }
}
