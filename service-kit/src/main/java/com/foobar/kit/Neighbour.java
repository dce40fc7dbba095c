package com.foobar.kit;

/**
 * An instance of the next tier.
 *
 * @param state as that tier's own words have it: {@code UP}, {@code DOWN (connection refused)}, {@code PRIMARY}
 */
public record Neighbour(String name, String address, String state) {}
