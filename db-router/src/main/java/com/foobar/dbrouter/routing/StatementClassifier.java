package com.foobar.dbrouter.routing;

import io.netty.buffer.ByteBuf;

/** Tells what a statement is from its text. */
public final class StatementClassifier {

    private StatementClassifier() {}

    /**
     * Classifies the readable bytes, all of the text of a COM_QUERY or COM_STMT_PREPARE; indexes stay as they are. Takes
     * time linear in the length and never throws for any content.
     */
    public static Classification classify(ByteBuf sql, LexicalMode mode) {
        return Classification.of(StatementKind.WRITE, RouteReason.OTHER_STATEMENT);
    }
}
