package com.foobar.lb.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code Strict-Transport-Security} (RFC 6797): tells browsers to come by https only. Never sent with a development certificate:
 * a browser would hold it against every other program on localhost.
 *
 * @param maxAge how long browsers keep to it; 0 s sends no field
 * @param includeSubdomains whether it holds for all subdomains as well
 */
public record HstsSettings(
        @Default("365d")
        @Range(min = "0s", max = "1000d")
        @Description("time that browsers keep to https; 0s sends nothing; never sent with a development certificate")
        Duration maxAge,

        @Default("false") @Description("whether it holds for all subdomains as well")
        boolean includeSubdomains) {

    /** The field's value, or null where there is none to send. */
    public @Nullable String field() {
        if (maxAge.isZero()) {
            return null;
        }
        return "max-age=" + maxAge.toSeconds() + (includeSubdomains ? "; includeSubDomains" : "");
    }
}
