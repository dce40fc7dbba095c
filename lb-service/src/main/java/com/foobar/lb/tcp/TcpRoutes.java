package com.foobar.lb.tcp;

import java.util.List;
import java.util.Locale;

/**
 * Backends by the name that a client asks for in its ClientHello (RFC 6066 §3).
 *
 * @param routes the first that matches is taken
 * @param otherwise for other names and for none
 */
public record TcpRoutes(List<ByName> routes, TcpBackend otherwise) {
    /** @param host {@code www.foobar.com}, or {@code *.foobar.com} for all names below it */
    public record ByName(String host, TcpBackend backend) {
        public ByName {
            host = host.toLowerCase(Locale.ROOT);
        }

        boolean matches(String name) {
            return host.startsWith("*.")
                    ? name.length() >= host.length() && name.endsWith(host.substring(1))
                    : name.equals(host);
        }
    }

    public TcpRoutes {
        routes = List.copyOf(routes);
    }

    /** Whether the name must be known. */
    boolean byName() {
        return !routes.isEmpty();
    }

    /** @param name empty where the client asks for none */
    TcpBackend of(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        for (ByName route : routes) {
            if (route.matches(lowerCase)) {
                return route.backend();
            }
        }
        return otherwise;
    }
}
