package com.foobar.lb.config;

import com.foobar.kit.settings.Description;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests go that meet all of its conditions; of the routes of a frontend the first such one is taken.
 *
 * @param host the host that the request names, or {@code *.} and a domain for all hosts below it, at any depth; in any case
 *     (RFC 9110 §4.2.3), without port
 * @param path beginning of the path, whole segments of it: {@code /api} is for {@code /api} and {@code /api/users}, not for
 *     {@code /apis}
 * @param pathExact the whole path
 * @param header a field that the request has
 * @param method the request's method, in capitals
 * @param backend name of the backend that answers; or
 * @param redirect {@code host}, {@code host:port}, or {@code https://host:port}, where the client is sent to for the same path and query (308)
 */
public record RouteSettings(
        @Description("host that the request names: www.foobar.com, or *.foobar.com for all below it") @Nullable
        String host,

        @Description("beginning of the path, in whole segments: /api is for /api/users, not for /apis") @Nullable
        String path,

        @Description("the whole path") @Nullable String pathExact,

        @Description("a field that the request has") @Nullable
        HeaderSettings header,

        @Description("the request's method, in capitals") @Nullable
        String method,

        @Description("name of the backend that answers") @Nullable
        String backend,

        @Description("host, host:port or https://host:port to which the client is sent for the same path and query")
        @Nullable
        String redirect) {
    private static final String NAME = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?";
    private static final Pattern HOST = Pattern.compile("(?:\\*\\.)?" + NAME + "|\\[[0-9A-Fa-f:.]{2,45}]");
    private static final Pattern ORIGIN =
            Pattern.compile("(?:https?://)?(?:" + NAME + "|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");

    /** Methods are compared with case (RFC 9110 §9.1), and none that anybody uses has small letters. */
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Z-]{1,64}");

    /** Routes are chosen before what clients may not say is dropped, and before the certificate is told. */
    private static final Pattern FORGED =
            Pattern.compile("X-SSL-Client-DN|Client-Cert(?:-Chain)?|X-Real-IP|.*_.*", Pattern.CASE_INSENSITIVE);

    public RouteSettings {
        if (host == null && path == null && pathExact == null && header == null && method == null) {
            throw new IllegalArgumentException(
                    "has no condition (expected: one at least of host, path, path-exact, header and method)");
        }
        if ((backend == null) == (redirect == null)) {
            throw new IllegalArgumentException((backend == null ? "has no target" : "has two targets")
                    + " (expected: either backend or redirect)");
        }
        if (host != null && !HOST.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    "host: " + host + " (expected: a host without port, or *. and a domain: *.foobar.com)");
        }
        if (path != null && pathExact != null) {
            throw new IllegalArgumentException("path-exact: " + pathExact + " (expected: none, as there is a path)");
        }
        checkPath("path", path);
        checkPath("path-exact", pathExact);
        if (method != null && !METHOD.matcher(method).matches()) {
            throw new IllegalArgumentException("method: " + method + " (expected: a method in capitals, such as GET)");
        }
        if (redirect != null && !isOrigin(redirect)) {
            throw new IllegalArgumentException(
                    "redirect: " + redirect + " (expected: host, host:port or https://host:port, without a path)");
        }
    }

    private static boolean isOrigin(String text) {
        Matcher origin = ORIGIN.matcher(text);
        return origin.matches() && (origin.group(1) == null || Integer.parseInt(origin.group(1)) <= 65535);
    }

    /** Paths of requests are compared in their normal form, so a path that is not of that form would never match. */
    private static void checkPath(String key, @Nullable String path) {
        if (path == null) {
            return;
        }
        boolean plain = path.startsWith("/")
                && !path.contains("//")
                && path.chars().allMatch(c -> c > ' ' && c <= '~' && "%?#\\".indexOf(c) < 0)
                && !(path + "/").contains("/./")
                && !(path + "/").contains("/../");
        if (!plain) {
            throw new IllegalArgumentException(
                    key + ": " + path
                            + " (expected: an absolute path of visible ASCII without query, percent-encoding, '//', '.' and '..')");
        }
    }

    /**
     * A field that a request must have.
     *
     * @param name of the field, in any case; none that servers never get from clients, as nobody vouches for those here
     * @param value its whole value, compared byte by byte; null where any will do. Of several fields of the name one must have it.
     */
    public record HeaderSettings(
            @Description("name of the field") String name,

            @Description("its value; without it any will do") @Nullable
            String value) {
        public HeaderSettings {
            if (!TOKEN.matcher(name).matches()) {
                throw new IllegalArgumentException("name: " + name + " (expected: the name of a field)");
            }
            if (FORGED.matcher(name).matches()) {
                throw new IllegalArgumentException("name: " + name
                        + " (expected: a field that is passed on; this one is dropped, as clients may forge it)");
            }
        }
    }
}
