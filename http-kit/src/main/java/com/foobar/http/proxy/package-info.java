/**
 * Forwarding requests to the servers of a backend: connections to them (pooled per event loop, so that a request never changes threads), fields that end or begin at this hop,
 * retries, and what is answered when no server does.
 *
 * <p>A request passes through {@code ProxyExchange}: waiting for a connection, waiting for the response, responding, done. As long as the client has seen nothing of a response, a server
 * that refuses, closes or dies costs it nothing where repeating is safe ({@code RetryPolicy}); small responses to idempotent requests are held until they are complete for that reason.
 */
@NullMarked
package com.foobar.http.proxy;

import org.jspecify.annotations.NullMarked;
