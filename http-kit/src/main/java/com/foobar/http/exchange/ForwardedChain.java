package com.foobar.http.exchange;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request through proxies that we trust: what the last of them tells is believed, what an unknown one before them told is not. So the client is the rightmost address of
 * {@code X-Forwarded-For} (or, without it, of {@code Forwarded}, RFC 7239) that is no trusted proxy's.
 *
 * @param addresses the client first, then the proxies but for the one that is connected to us; not empty
 */
public record ForwardedChain(List<InetAddress> addresses) {
    /** More proxies than that are no way that a request takes. */
    private static final int MAX_HOPS = 16;

    public ForwardedChain {
        addresses = List.copyOf(addresses);
    }

    public InetAddress client() {
        return addresses.get(0);
    }

    /** An address as text, without zone. */
    public static String text(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    /**
     * What a trusted proxy, which is connected to us, tells of its client.
     *
     * @param trusted whether an address is one of our proxies
     * @return null where it tells nothing that is an address
     */
    public static @Nullable ForwardedChain read(Fields fields, Predicate<InetAddress> trusted) {
        Deque<InetAddress> chain = new ArrayDeque<>();
        List<String> nodes = nodes(fields);
        for (int i = nodes.size() - 1; i >= 0 && chain.size() < MAX_HOPS; i--) {
            InetAddress address = address(nodes.get(i));
            if (address == null) {
                break;
            }
            chain.addFirst(address);
            if (!trusted.test(address)) {
                break;
            }
        }
        return chain.isEmpty() ? null : new ForwardedChain(new ArrayList<>(chain));
    }

    private static List<String> nodes(Fields fields) {
        List<String> nodes = new ArrayList<>();
        if (fields.has(FieldName.X_FORWARDED_FOR)) {
            for (String value : fields.all(FieldName.X_FORWARDED_FOR)) {
                nodes.addAll(List.of(value.split(",", -1)));
            }
            return nodes;
        }
        for (String value : fields.all(FieldName.FORWARDED)) {
            for (String element : value.split(",", -1)) {
                nodes.add(forParameter(element));
            }
        }
        return nodes;
    }

    /** The node of {@code for=192.0.2.60;proto=http}, or of {@code For="[2001:db8::17]:4711"}. */
    private static String forParameter(String element) {
        for (String parameter : element.split(";", -1)) {
            String text = parameter.strip();
            if (text.regionMatches(true, 0, "for=", 0, 4)) {
                String node = text.substring(4);
                boolean quoted = node.length() >= 2 && node.startsWith("\"") && node.endsWith("\"");
                return quoted ? node.substring(1, node.length() - 1) : node;
            }
        }
        return "";
    }

    /** An address with or without port, an IPv6 address perhaps in brackets; null for {@code unknown} and all else that is no address. */
    static @Nullable InetAddress address(String node) {
        String text = node.strip();
        int end = text.indexOf(']');
        if (text.startsWith("[") && end > 0 && isPort(text, end + 1)) {
            text = text.substring(1, end);
        } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
            int colon = text.indexOf(':');
            text = isPort(text, colon) ? text.substring(0, colon) : "";
        }
        byte[] bytes =
                text.length() > 45 || text.indexOf('%') >= 0 ? null : NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            // The length is right.
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPort(String text, int from) {
        if (from == text.length()) {
            return true;
        }
        if (text.charAt(from) != ':' || text.length() - from > 6 || text.length() == from + 1) {
            return false;
        }
        return text.chars().skip(from + 1).allMatch(c -> c >= '0' && c <= '9');
    }
}
