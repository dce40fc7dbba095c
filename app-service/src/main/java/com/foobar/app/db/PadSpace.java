package com.foobar.app.db;

/**
 * The database compares texts as if the shorter one had spaces at its end ({@code PAD SPACE}: all collations that MySQL and MariaDB
 * both have). No slug, tag, name of a user or email address is stored that ends with a space; so a text that does is to be answered
 * without asking, as the database would take it for another one.
 */
public final class PadSpace {
    private PadSpace() {}

    /** Whether nothing is stored under that text, whatever the database says. */
    public static boolean namesNothing(String text) {
        return text.endsWith(" ");
    }
}
