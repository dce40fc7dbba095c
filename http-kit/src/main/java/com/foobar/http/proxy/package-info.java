/**
 * Forwarding requests to the servers of a backend: connections to them (pooled per event loop, so that a request never changes threads), fields that end or begin at this hop,
 * retries, and what is answered when no server does.
 */
@NullMarked
package com.foobar.http.proxy;

import org.jspecify.annotations.NullMarked;
