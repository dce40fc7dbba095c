package com.foobar.kit.settings;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen or connect: {@code localhost:8101}, {@code 10.0.0.7:80}, {@code [::1]:8443}.
 *
 * @param host name or address, without brackets
 * @param port 0 to 65535; 0 takes a free port when listening
 */
public record HostPort(String host, int port) {
    private static final Pattern TEXT = Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([A-Za-z0-9._-]+)):(\\d{1,5})");

    public HostPort {
        if (host.isEmpty() || port < 0 || port > 65535) {
            throw new IllegalArgumentException(host + ":" + port);
        }
    }

    /** @throws IllegalArgumentException where the text is not of the form above */
    public static HostPort parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new HostPort(host, Integer.parseInt(matcher.group(3)));
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
