package com.foobar.deploy.load.site;

import org.jspecify.annotations.Nullable;

/** There is no site to put load on. Without a stack trace: the message is for the user. */
public final class SiteUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SiteUnusable(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
