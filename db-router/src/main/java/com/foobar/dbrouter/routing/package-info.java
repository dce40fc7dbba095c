/**
 * What a statement is, told from its text: whether a replica may answer it, what it does to the transaction, and what it
 * leaves in the session of the server connection that ran it.
 *
 * <p>{@link com.foobar.dbrouter.routing.SqlLexer} cuts bytes into tokens, {@link
 * com.foobar.dbrouter.routing.StatementClassifier} reads the tokens once, {@link
 * com.foobar.dbrouter.routing.ClassificationCache} remembers the result per event loop. The rule throughout: a statement
 * is a read only where that is certain; whatever is not understood goes to the primary, which is always right and only
 * sometimes slower. Knows nothing of sockets, sessions or servers.
 */
@NullMarked
package com.foobar.dbrouter.routing;

import org.jspecify.annotations.NullMarked;
