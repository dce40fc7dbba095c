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
 */
public record LexicalMode(boolean ansiQuotes, boolean noBackslashEscapes, boolean asciiUnsafe) {

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
}
