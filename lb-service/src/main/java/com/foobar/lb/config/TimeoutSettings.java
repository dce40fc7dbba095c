package com.foobar.lb.config;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.Range;
import java.time.Duration;

/**
 * How long to wait, by HAProxy's names for its {@code timeout …} settings.
 *
 * @param httpRequest for a request's whole head, however it trickles in; then 408
 * @param httpKeepAlive for the next request on a connection; then it is closed
 * @param client without progress while the client sends a body or takes a response; then 408, or cut
 * @param connect for a connection to a server; then the next server
 * @param server without a byte from a server that owes one; then 504, or cut
 * @param queue for a server that has fewer requests than its maxconn; then 503
 * @param tunnel without a byte in either direction of a connection that has switched to another protocol; then closed
 * @param inspectDelay for the ClientHello by which a TCP frontend chooses a route
 * @param total of a request, from its head to the last byte of the response; then 504, or cut; 0 for no limit
 * @param body for which a request's body may come at any rate
 */
public record TimeoutSettings(
        @Default("10s") @Range(min = "100ms", max = "10m") @Description("time for a whole request head; then 408")
        Duration httpRequest,

        @Default("75s")
        @Range(min = "1s", max = "1h")
        @Description("time for the next request of a connection; then it is closed")
        Duration httpKeepAlive,

        @Default("30s")
        @Range(min = "100ms", max = "1h")
        @Description("time without progress of the client; then 408, or the response is cut")
        Duration client,

        @Default("2s")
        @Range(min = "10ms", max = "1m")
        @Description("time for a connection to a server; then another server is tried")
        Duration connect,

        @Default("30s")
        @Range(min = "100ms", max = "1h")
        @Description("time without a byte from a server that owes one; then 504, or the response is cut")
        Duration server,

        @Default("2s")
        @Range(min = "10ms", max = "10m")
        @Description("time for a server that has fewer requests than its maxconn; then 503")
        Duration queue,

        @Default("1h")
        @Range(min = "100ms", max = "30d")
        @Description(
                "time without a byte in either direction after a switch to another protocol (WebSocket); then closed")
        Duration tunnel,

        @Default("5s")
        @Range(min = "100ms", max = "10m")
        @Description(
                "time for the ClientHello that TCP routes are chosen by; who said nothing then gets the default backend")
        Duration inspectDelay,

        @Default("0s")
        @Range(min = "0s", max = "1d")
        @Description(
                "time for a request, from its head to the last byte of the response; then 504, or cut; 0s for no limit")
        Duration total,

        @Default("10s")
        @Range(min = "0s", max = "1h")
        @Description("time for which a request's body may come at any rate; from then on limits.body-rate holds")
        Duration body) {}
