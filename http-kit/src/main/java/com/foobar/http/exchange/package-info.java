/**
 * One request and its response, whatever version of HTTP carries them.
 *
 * <p>A {@link com.foobar.http.exchange.RequestHandler} gets a {@link com.foobar.http.exchange.RequestStream}: the head, a body that flows when asked for, and the response side.
 * Everything of one stream happens on the event loop of its connection.
 */
@NullMarked
package com.foobar.http.exchange;

import org.jspecify.annotations.NullMarked;
