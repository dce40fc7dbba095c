package com.foobar.lb.frontend;

import java.time.Instant;

/**
 * A certificate of a frontend.
 *
 * @param source its file as the settings name it, or {@code development}
 * @param notAfter when it expires
 */
public record FrontendCertificate(String source, Instant notAfter) {}
