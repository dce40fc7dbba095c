package com.foobar.dbrouter.session;

import com.foobar.dbrouter.routing.Classification;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a transaction that only reads shows, on a replica. A server fixes it at the first read of a table (MySQL manual, "Consistent
 * Nonlocking Reads"), or where the transaction begins {@code WITH CONSISTENT SNAPSHOT}. Texts are as {@link ServerRun#text} gives
 * them: of an empty one nothing is known.
 */
enum TransactionView {
    /** Nothing has run in the transaction: it can begin anew elsewhere. */
    OPEN,
    /** Something has, such as {@code SAVEPOINT} or {@code SET}, or perhaps a function that read: it has to stay where it is. */
    STAYS,
    /** Whatever is written from now on, it does not show. */
    FIXED;

    /** Not only of reads of a table, but nearly. */
    private static final Pattern READS_TABLE = Pattern.compile("(FROM|TABLE)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern TELLS_SCHEMA =
            Pattern.compile("(SHOW|DESC|DESCRIBE|EXPLAIN)\\b", Pattern.CASE_INSENSITIVE);

    /** Of a transaction that begins with this statement; in doubt it shows what is there now. */
    static TransactionView after(String begin) {
        return begin.isEmpty() || begin.toUpperCase(Locale.ROOT).contains("SNAPSHOT") ? FIXED : OPEN;
    }

    /**
     * When a statement has run.
     *
     * @param toldData whether it has returned rows, and may tell what is in the database
     */
    TransactionView after(String text, Classification statement, boolean toldData) {
        if (this == FIXED || (toldData && readsTable(text))) {
            return FIXED;
        }
        boolean leavesNothing = statement.isRead() || statement.reason().writesNothing();
        return leavesNothing && !mayReadMore(text) ? this : STAYS;
    }

    /** Whether what the statement tells depends on when the view is fixed. */
    static boolean mayDependOn(String text) {
        return readsTable(text) || mayReadMore(text);
    }

    private static boolean readsTable(String text) {
        return text.isEmpty() || READS_TABLE.matcher(text).find();
    }

    /** A function may read a table; what tells of tables does so whether or not a view is fixed. */
    private static boolean mayReadMore(String text) {
        return text.indexOf('(') >= 0 || TELLS_SCHEMA.matcher(text).find();
    }
}
