package com.foobar.http.proxy;

import com.foobar.http.backend.Admission;
import com.foobar.http.backend.Backend;
import org.jspecify.annotations.Nullable;

/** What all exchanges with one backend share. */
record ProxyContext(
        Backend backend,
        RequestKey key,
        @Nullable StickyCookie sticky,
        ProxySettings settings,
        ServerPools pools,
        Admission admission,
        RetryPolicy retries,
        RetryBudget budget,
        Hedging hedging) {}
