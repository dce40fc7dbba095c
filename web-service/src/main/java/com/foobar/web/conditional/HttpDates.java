package com.foobar.web.conditional;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates as HTTP writes them (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three forms, to the second. Names may come in any case; in everything else a text that differs
 * from its form is no date, because two readers would take it for two.
 */
public final class HttpDates {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final String MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec ";
    private static final String DAY = "(?:mon|tue|wed|thu|fri|sat|sun)";
    private static final String MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)";
    private static final String TIME = "([0-9]{2}):([0-9]{2}):([0-9]{2})";

    private static final Pattern FIXDATE = pattern(DAY + ", ([0-9]{2}) " + MONTH + " ([0-9]{4}) " + TIME + " gmt");
    private static final Pattern RFC_850 =
            pattern("(?:mon|tues|wednes|thurs|fri|satur|sun)day, ([0-9]{2})-" + MONTH + "-([0-9]{2}) " + TIME + " gmt");
    private static final Pattern ASCTIME = pattern(DAY + ' ' + MONTH + " ([ 0-9][0-9]) " + TIME + " ([0-9]{4})");

    private HttpDates() {}

    public static String format(Instant instant) {
        return FORMAT.format(instant);
    }

    /** Null for anything that is no date; a condition with such a value is ignored (RFC 9110 §13.1.3). */
    public static @Nullable Instant parse(String text) {
        if (text.length() > 40) {
            return null;
        }
        Matcher matcher = FIXDATE.matcher(text);
        if (matcher.matches()) {
            return instant(number(matcher, 3), matcher.group(2), number(matcher, 1), matcher, 4);
        }
        matcher = RFC_850.matcher(text);
        if (matcher.matches()) {
            return instant(fourDigits(number(matcher, 3)), matcher.group(2), number(matcher, 1), matcher, 4);
        }
        matcher = ASCTIME.matcher(text);
        if (matcher.matches()) {
            return instant(number(matcher, 6), matcher.group(1), number(matcher, 2), matcher, 3);
        }
        return null;
    }

    private static @Nullable Instant instant(int year, String month, int day, Matcher matcher, int time) {
        try {
            int second = number(matcher, time + 2);
            return LocalDateTime.of(
                            year,
                            MONTHS.indexOf(month.toLowerCase(Locale.ROOT)) / 4 + 1,
                            day,
                            number(matcher, time),
                            number(matcher, time + 1),
                            // A leap second, which the form allows and our clock does not have.
                            second == 60 ? 59 : second)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A year that would lie more than 50 years ahead is the last one that ended so. */
    private static int fourDigits(int year) {
        int now = Year.now(ZoneOffset.UTC).getValue();
        int full = now - now % 100 + year;
        return full > now + 50 ? full - 100 : full;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group).strip());
    }

    private static Pattern pattern(String text) {
        return Pattern.compile(text, Pattern.CASE_INSENSITIVE);
    }
}
