package com.foobar.dbrouter.session;

/**
 * What a transaction that only reads shows, on a replica. A server fixes it at the first read of a table (MySQL manual, "Consistent
 * Nonlocking Reads"), or where the transaction begins {@code WITH CONSISTENT SNAPSHOT}.
 */
enum TransactionView {
    /** Nothing has run in the transaction: it can begin anew elsewhere. */
    OPEN,
    /** Something has, such as {@code SAVEPOINT} or {@code SET}, or perhaps a function that read: it has to stay where it is. */
    STAYS,
    /** Whatever is written from now on, it does not show. */
    FIXED
}
