package com.foobar.kit;

import java.time.Instant;

/**
 * Who speaks, in logs, metrics and {@code /info}.
 *
 * @param name of the service: {@code lb-service}
 * @param version of its jar
 * @param instance of this process: {@code lb-1}
 */
public record ServiceIdentity(String name, String version, String instance, Instant startedAt) {}
