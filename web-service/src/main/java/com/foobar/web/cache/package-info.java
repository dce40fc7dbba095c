/**
 * A shared HTTP cache (RFC 9111) in front of the gateway. {@link com.foobar.web.cache.ResponseCache} takes each request: an {@code Exchange} looks for a stored response and decides
 * ({@code Reuse}) whether it may be used; where it may not, a {@code Fetch} asks an app server, for one client and for all who wait for the same, and what
 * {@code StoragePolicy} allows goes to the {@code ResponseStore}.
 */
@NullMarked
package com.foobar.web.cache;

import org.jspecify.annotations.NullMarked;
