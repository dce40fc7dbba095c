package com.foobar.app.config;

import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ServiceSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;

/** All settings of the application tier. */
public record AppSettings(
        @Default("app-1") @Description("name of this instance in logs, metrics and /info")
        String instance,

        @Default("true")
        @Description(
                "name this instance in the Server-Timing field of responses, and tell at /api/infrastructure which database answers")
        boolean serverTiming,

        HttpSettings http,
        DatabaseSettings database,
        AuthSettings auth,

        @Default("{listen: 'localhost:9921'}") ManagementSettings management,
        LogSettings log,
        ShutdownSettings shutdown)
        implements ServiceSettings {}
