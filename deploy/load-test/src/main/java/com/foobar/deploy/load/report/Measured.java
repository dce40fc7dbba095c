package com.foobar.deploy.load.report;

/**
 * What was measured of the requests of a name.
 *
 * @param kind of request, empty for all of them
 * @param name as in Gatling's report
 * @param p50 milliseconds in which half of the answers came, failed ones included; {@code p95}, {@code p99} alike
 * @param slowest milliseconds
 */
record Measured(String kind, String name, long requests, long failed, int p50, int p95, int p99, int slowest) {}
