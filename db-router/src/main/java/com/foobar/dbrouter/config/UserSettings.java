package com.foobar.dbrouter.config;

import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Secret;

/**
 * Who may use the router. The same name and password are used on the servers.
 *
 * @param password what clients prove to the router, and the router to the servers
 */
public record UserSettings(
        @Description("name, as on the servers") String name,
        @Description("password, as on the servers") Secret password) {
    public UserSettings {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a user without a name (expected: 1 character or more)");
        }
    }
}
