package com.foobar.web.security;

import com.foobar.http.message.Fields;

/**
 * The fields by which a browser is told what an answer may do: two sets, which are not changed. {@code Strict-Transport-Security} is the load balancer's, which ends TLS.
 */
public final class SecurityFields {
    /**
     * For what is no page: data, and errors. It runs, loads and shows nothing where it is opened by itself, and no other origin's page may read it through an element.
     */
    public static final Fields DATA = new Fields()
            .add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            .add("X-Content-Type-Options", "nosniff")
            .add("Referrer-Policy", "no-referrer")
            .add("Cross-Origin-Resource-Policy", "same-origin");

    private SecurityFields() {}

    /**
     * For the site: its pages, all that belongs to them, and its own pages for errors.
     *
     * @param contentSecurityPolicy as the settings have it
     */
    public static Fields site(String contentSecurityPolicy) {
        return new Fields()
                .add("Content-Security-Policy", contentSecurityPolicy)
                .add("X-Content-Type-Options", "nosniff")
                .add("Referrer-Policy", "strict-origin-when-cross-origin")
                .add("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
                .add("Cross-Origin-Opener-Policy", "same-origin")
                .add("Cross-Origin-Resource-Policy", "same-origin");
    }
}
