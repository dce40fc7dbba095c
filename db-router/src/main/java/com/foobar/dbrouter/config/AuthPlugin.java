package com.foobar.dbrouter.config;

import com.foobar.dbrouter.auth.CachingSha2Password;
import com.foobar.dbrouter.auth.NativePassword;

/** An authentication method of MySQL. */
public enum AuthPlugin {
    CACHING_SHA2_PASSWORD(CachingSha2Password.PLUGIN),
    MYSQL_NATIVE_PASSWORD(NativePassword.PLUGIN);

    private final String plugin;

    AuthPlugin(String plugin) {
        this.plugin = plugin;
    }

    /** @return the name on the wire */
    public String plugin() {
        return plugin;
    }
}
