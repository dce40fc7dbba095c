package com.foobar.web.config;

import com.foobar.kit.settings.ByteSize;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;

/** What one client may ask for. The edge limits strangers; these limits are for the load balancers, and a second line. */
public record LimitSettings(
        @Default("32KiB") @Range(min = "1KiB", max = "1MiB") @Description("request line and fields together: 431 above")
        ByteSize head,

        @Default("128") @Range(min = "10", max = "1000") @Description("fields of one request: 431 above")
        int fields,

        @Default("8KiB") @Range(min = "256B", max = "64KiB") @Description("request target: 414 above")
        ByteSize target,

        @Default("1MiB") @Range(min = "0B", max = "1GiB") @Description("request body: 413 above")
        ByteSize body,

        @Default("10000")
        @Range(min = "1", max = "1000000")
        @Description("connections at the same time; the next are closed at once")
        int connections) {}
