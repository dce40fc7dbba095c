/**
 * A client's session: takes its commands one at a time, decides where each runs, and passes the answer back as it comes.
 *
 * <p>The journey of a command: {@link com.foobar.dbrouter.session.ClientSession} cuts it from the stream and dispatches
 * it ► a {@link com.foobar.dbrouter.session.ServerRun} of its kind has a server and a connection of the pool found ({@link
 * com.foobar.dbrouter.session.ServerSearch}), has it brought to the session's state ({@link
 * com.foobar.dbrouter.session.Preparation}), sends, relays ► the session notes what the answer says of its state ({@link
 * com.foobar.dbrouter.session.SessionMemory}) and gives the connection back, or keeps it ({@link
 * com.foobar.dbrouter.session.ConnectionKeeper}): in a transaction, or while something of the session lives in it ({@link
 * com.foobar.dbrouter.routing.PinReason}).
 *
 * <p>A session, its client connection and every server connection that it uses belong to one event loop.
 */
@NullMarked
package com.foobar.dbrouter.session;

import org.jspecify.annotations.NullMarked;
