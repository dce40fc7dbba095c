package com.foobar.dbrouter.routing;

import java.util.Locale;
import java.util.Set;

/**
 * What of a session decides how its text is cut into tokens.
 *
 * @param ansiQuotes {@code ANSI_QUOTES} of {@code sql_mode}: double quotes enclose identifiers
 * @param noBackslashEscapes {@code NO_BACKSLASH_ESCAPES} of {@code sql_mode}, also told by SERVER_STATUS_NO_BACKSLASH_ESCAPES
 *     (0x200) in every OK packet
 * @param asciiUnsafe the client's character set has characters whose later bytes look like ASCII, such as {@code \} in
 *     {@code gbk}; a text with any byte above 0x7F is then never certain
 * @param quotesUnsure whether {@code ANSI_QUOTES} is set is not known; a text with any double quote is then never certain
 */
public record LexicalMode(boolean ansiQuotes, boolean noBackslashEscapes, boolean asciiUnsafe, boolean quotesUnsure) {

    /** Collations of those character sets, MariaDB's without padding included; a client's handshake names one by its id. */
    private static final Set<Integer> ASCII_UNSAFE_COLLATIONS =
            Set.of(1, 84, 1025, 1108, 13, 88, 1037, 1112, 28, 87, 1052, 1111, 95, 96, 1119, 1120, 248, 249, 250);

    public LexicalMode(boolean ansiQuotes, boolean noBackslashEscapes, boolean asciiUnsafe) {
        this(ansiQuotes, noBackslashEscapes, asciiUnsafe, false);
    }

    /** MySQL's and MariaDB's default. */
    public static final LexicalMode DEFAULT = new LexicalMode(false, false, false);

    private static final Set<String> ASCII_UNSAFE = Set.of("big5", "cp932", "gb18030", "gbk", "sjis");
    private static final Set<String> ANSI =
            Set.of("ansi_quotes", "ansi", "db2", "maxdb", "mssql", "oracle", "postgresql");

    /**
     * As the session's variables say.
     *
     * @param sqlMode the value of {@code sql_mode}, names separated by commas
     * @param characterSetClient the value of {@code character_set_client}
     */
    public static LexicalMode of(String sqlMode, String characterSetClient) {
        boolean ansi = false;
        boolean noBackslash = false;
        for (String mode : sqlMode.toLowerCase(Locale.ROOT).split(",")) {
            ansi |= ANSI.contains(mode.strip());
            noBackslash |= mode.strip().equals("no_backslash_escapes");
        }
        return new LexicalMode(ansi, noBackslash, ASCII_UNSAFE.contains(characterSetClient.toLowerCase(Locale.ROOT)));
    }

    /** As a session begins, with the collation of its handshake. */
    public static LexicalMode ofCollation(int id) {
        return ASCII_UNSAFE_COLLATIONS.contains(id) ? new LexicalMode(false, false, true) : DEFAULT;
    }

    /** The same with what every OK packet tells. */
    public LexicalMode withNoBackslashEscapes(boolean are) {
        return are == noBackslashEscapes ? this : new LexicalMode(ansiQuotes, are, asciiUnsafe, quotesUnsure);
    }

    /**
     * The mode after a {@code SET} of {@code sql_mode}.
     *
     * @param words all words of the statement in lower case
     * @param literal whether it sets nothing but that, to a text
     * @param plain whether its value is made of nothing but names that are spelt out, and what was set before
     */
    public LexicalMode afterSqlMode(Set<String> words, boolean literal, boolean plain) {
        boolean named = words.stream().anyMatch(ANSI::contains);
        if (literal) {
            return new LexicalMode(named, noBackslashEscapes, asciiUnsafe, false);
        }
        // An expression without the name adds nothing, but may take it away.
        boolean unsure = quotesUnsure || ansiQuotes || named || !plain;
        return new LexicalMode(ansiQuotes, noBackslashEscapes, asciiUnsafe, unsure);
    }

    /**
     * The mode after a {@code SET} of the client's character set.
     *
     * @param alone whether it sets nothing else
     * @param named whether it does so by a name, not by a collation's number
     */
    public LexicalMode afterCharacterSet(Set<String> words, boolean alone, boolean named) {
        boolean unsafe = !named || words.stream().anyMatch(ASCII_UNSAFE::contains);
        return new LexicalMode(ansiQuotes, noBackslashEscapes, unsafe || (!alone && asciiUnsafe), quotesUnsure);
    }

    /** The mode after a {@code SET} that is not looked into: the least certain of all. */
    public LexicalMode afterAnything() {
        return new LexicalMode(ansiQuotes, noBackslashEscapes, true, true);
    }
}
