package com.foobar.deploy.stack.plan;

/**
 * A TCP port that an instance listens on.
 *
 * @param purpose what speaks there: {@code https}, {@code http}, {@code mysql}, {@code management}
 */
public record Port(String purpose, int number) {}
