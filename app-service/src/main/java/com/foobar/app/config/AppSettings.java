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

        HttpSettings http,
        DatabaseSettings database,
        AuthSettings auth,

        @Default("{listen: 'localhost:9921'}") ManagementSettings management,
        LogSettings log,
        ShutdownSettings shutdown)
        implements ServiceSettings {}
