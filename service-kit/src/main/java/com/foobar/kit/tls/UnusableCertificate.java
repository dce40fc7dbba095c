package com.foobar.kit.tls;

import org.jspecify.annotations.Nullable;

/** A certificate or key cannot be used; the message names the file and what is expected, and never shows a key. */
public final class UnusableCertificate extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableCertificate(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
