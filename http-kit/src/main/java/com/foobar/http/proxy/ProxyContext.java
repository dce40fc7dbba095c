package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;

/** What all exchanges with one backend share. */
record ProxyContext(
        Backend backend,
        RequestKey key,
        ProxySettings settings,
        ServerPools pools,
        Admission admission,
        RetryPolicy retries,
        RetryBudget budget) {}
