package com.foobar.web.cache;

import com.foobar.http.exchange.ProxyError;
import org.jspecify.annotations.Nullable;

/** What came of a {@link Fetch}, for those who waited for it. */
sealed interface Outcome {
    /** A response that may answer others, whether or not it is in the store still. */
    record Stored(StoredResponse response) implements Outcome {}

    /** It was for one client only: everybody else asks by themselves. */
    record NotStorable() implements Outcome {}

    /** @param error what all who wait are told, rather than that they ask the same servers again; null if it was broken off, or a server's own error */
    record Failed(@Nullable ProxyError error) implements Outcome {}
}
