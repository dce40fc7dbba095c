package com.foobar.dbrouter.routing;

import com.foobar.dbrouter.routing.RouteHint.Target;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a hint out of its comment: {@code router:} and, separated by blanks, any of {@code primary}, {@code replica}, {@code
 * max-lag=<duration>}, {@code consistency=eventual|session|strict} and {@code token=<position>}, each at most once. A hint
 * of which anything is not understood has no effect at all, as half of it may be less safe than none.
 */
final class HintReader {
    private static final byte[] PREFIX = "router:".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 8192;
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})(ms|s|m)");

    private Target target = Target.ANY;
    private @Nullable Duration maxLag;
    private @Nullable Consistency consistency;
    private String token = "";

    private HintReader() {}

    /** Whether a comment with that content is a hint. */
    static boolean isHint(ByteBuf text, int start, int end) {
        int position = prefixAt(text, start, end);
        if (end - position < PREFIX.length) {
            return false;
        }
        for (int i = 0; i < PREFIX.length; i++) {
            if (Character.toLowerCase(text.getByte(position + i)) != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    /** @param start of the comment's content, behind the asterisk */
    static RouteHint read(ByteBuf text, int start, int end) {
        int from = prefixAt(text, start, end) + PREFIX.length;
        if (end - from > LONGEST) {
            return RouteHint.NOT_UNDERSTOOD;
        }
        String content = text.toString(from, end - from, StandardCharsets.ISO_8859_1);
        int signAt = text.getByte(start) == '+' ? start - text.readerIndex() : -1;
        return new HintReader().read(content.strip(), signAt);
    }

    private static int prefixAt(ByteBuf text, int start, int end) {
        int position = start;
        if (position < end && text.getByte(position) == '+') {
            position++;
        }
        while (position < end && text.getByte(position) <= ' ' && text.getByte(position) > 0) {
            position++;
        }
        return position;
    }

    private RouteHint read(String content, int signAt) {
        for (String item : content.split("\\s+")) {
            if (!take(item)) {
                return RouteHint.NOT_UNDERSTOOD;
            }
        }
        boolean contradiction = target == Target.PRIMARY && (maxLag != null || consistency != null);
        return contradiction
                ? RouteHint.NOT_UNDERSTOOD
                : new RouteHint(target, maxLag, consistency, token, true, signAt);
    }

    private boolean take(String item) {
        int equals = item.indexOf('=');
        String name = (equals < 0 ? item : item.substring(0, equals)).toLowerCase(Locale.ROOT);
        String value = equals < 0 ? "" : item.substring(equals + 1);
        return switch (name) {
            case "primary" -> equals < 0 && aim(Target.PRIMARY);
            case "replica" -> equals < 0 && aim(Target.REPLICA);
            case "max-lag" -> maxLag == null && (maxLag = duration(value)) != null;
            case "consistency" -> promise(level(value));
            case "token" -> {
                token = value;
                // What is no position is refused with the read: without it the read would see less than was asked for.
                yield !value.isEmpty() && promise(Consistency.TOKEN);
            }
            default -> false;
        };
    }

    private boolean aim(Target wanted) {
        boolean first = target == Target.ANY;
        target = wanted;
        return first;
    }

    private boolean promise(@Nullable Consistency level) {
        boolean first = consistency == null;
        consistency = level;
        return first && level != null;
    }

    private static @Nullable Consistency level(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "eventual" -> Consistency.EVENTUAL;
            case "session" -> Consistency.SESSION;
            case "strict" -> Consistency.STRICT;
            default -> null;
        };
    }

    private static @Nullable Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
