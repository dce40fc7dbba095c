package com.foobar.http.backend;

import com.foobar.http.proxyprotocol.SendProxy;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;
import com.foobar.kit.settings.Range;
import org.jspecify.annotations.Nullable;

/** One server of a backend. None of it changes while the service runs. */
public record ServerSettings(
        @Description("name in logs, metrics and error texts; unique in its backend")
        String name,

        @Description("host and port that take its requests and its health checks")
        HostPort address,

        @Description("share of the requests relative to the other servers; 0 takes none")
        @Default("1")
        @Range(min = "0", max = "256")
        int weight,

        @Description("whether it takes requests only when no other server does") @Default("false")
        boolean backup,

        @Description(
                "requests that it is given at the same time, and connections to it (not with proto: h2); as for all servers where absent")
        @Range(min = "1", max = "1000000")
        @Nullable
        Integer maxconn,

        @Description(
                "requests of sessions that may wait for it while it has that many; the next ones go to other servers; as for the backend where absent")
        @Range(min = "0", max = "1000000")
        @Nullable
        Integer maxqueue,

        @Description("what is spoken with it: h1 (HTTP/1.1), or h2 (HTTP/2 in clear text, as gRPC wants it)")
        @Default("h1")
        ServerProtocol proto,

        @Description(
                "PROXY protocol header that connections to it begin with: none, v1 or v2; as for the backend where absent")
        @Nullable
        SendProxy sendProxy) {

    public ServerSettings {
        BackendSettings.checkName(name);
        if (address.port() == 0) {
            throw new IllegalArgumentException("address: " + address + " (expected: a port from 1 to 65535)");
        }
    }

    /** A server like all others in what may be set for each, which speaks HTTP/1.1. */
    public ServerSettings(String name, HostPort address, int weight, boolean backup) {
        this(name, address, weight, backup, null, null, ServerProtocol.H1, null);
    }

    /**
     * What connections to it begin with.
     *
     * @param common of the backend, for servers whose settings do not say
     */
    public SendProxy sendProxyOr(SendProxy common) {
        return sendProxy == null ? common : sendProxy;
    }
}
