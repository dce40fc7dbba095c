package com.foobar.http.backend;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import com.foobar.kit.settings.Secret;
import java.time.Duration;

/** A cookie that keeps a client at one server. */
public record StickySettings(
        @Description("name of the cookie") @Default("SERVERID")
        String cookie,

        @Description(
                "key that signs the cookie; the same for all load balancers before the same servers, 16 characters at least")
        Secret secret,

        @Description("how long browsers keep the cookie; 0s: until they are closed")
        @Default("0s")
        @Range(min = "0s", max = "400d")
        Duration maxAge,

        @Description("whether browsers send the cookie with requests from other sites: strict, lax or none")
        @Default("lax")
        SameSite sameSite,

        @Description("whether browsers send the cookie over https only") @Default("true")
        boolean secure) {

    /** What a cookie's {@code SameSite} may be. */
    public enum SameSite {
        STRICT("Strict"),
        LAX("Lax"),
        NONE("None");

        private final String text;

        SameSite(String text) {
            this.text = text;
        }

        /** As it is written in {@code Set-Cookie}. */
        public String text() {
            return text;
        }
    }

    public StickySettings {
        if (!cookie.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException("cookie: " + cookie + " (expected: the name of a cookie)");
        }
        if (secret.reveal().length() < 16) {
            throw new IllegalArgumentException("secret: too short (expected: 16 characters at least)");
        }
        if (sameSite == SameSite.NONE && !secure) {
            throw new IllegalArgumentException("same-site: none (expected: strict or lax, or secure: true)");
        }
    }
}
