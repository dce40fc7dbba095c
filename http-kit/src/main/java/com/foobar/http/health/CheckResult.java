package com.foobar.http.health;

/**
 * What one check found.
 *
 * @param passed whether the server can take requests
 * @param reason for people: {@code 200 OK}, {@code connection refused}
 */
public record CheckResult(boolean passed, String reason) {}
