package com.foobar.dbrouter.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * MySQL's form: of each source, by UUID and since 8.3 by tag, the intervals of transaction numbers, such as {@code
 * 3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:7}. Adjacent and overlapping intervals are joined.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html">GTID format and storage</a>
 */
public final class GtidSet implements Position {

    /** The set of a server that has executed nothing. */
    public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TAG = Pattern.compile("[a-z_][a-z0-9_]{0,31}");

    /** By {@code uuid} or {@code uuid:tag}; the intervals in order, apart from each other by at least one number. */
    private final SortedMap<String, List<Interval>> sources;

    private GtidSet(SortedMap<String, List<Interval>> sources) {
        this.sources = sources;
    }

    /**
     * Reads what {@code @@gtid_executed} gives, line breaks included; an empty text is {@link #EMPTY}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static GtidSet parse(String text) {
        SortedMap<String, List<Interval>> sources = new TreeMap<>();
        if (text.isBlank()) {
            return EMPTY;
        }
        for (String part : text.split(",", -1)) {
            String[] elements = part.strip().toLowerCase(Locale.ROOT).split(":", -1);
            if (!UUID.matcher(elements[0]).matches() || elements.length < 2) {
                throw new IllegalArgumentException("\"" + part.strip() + "\" (expected: uuid:interval…)");
            }
            String source = elements[0];
            for (int i = 1; i < elements.length; i++) {
                String element = elements[i].strip();
                if (TAG.matcher(element).matches()) {
                    source = elements[0] + ":" + element;
                } else {
                    sources.computeIfAbsent(source, key -> new ArrayList<>()).add(Interval.parse(element));
                }
            }
        }
        sources.replaceAll((source, intervals) -> joined(intervals));
        return new GtidSet(sources);
    }

    @Override
    public boolean covers(Position other) {
        if (!(other instanceof GtidSet set)) {
            return false;
        }
        for (Map.Entry<String, List<Interval>> wanted : set.sources.entrySet()) {
            List<Interval> reached = sources.getOrDefault(wanted.getKey(), List.of());
            int i = 0;
            for (Interval interval : wanted.getValue()) {
                while (i < reached.size() && reached.get(i).last() < interval.last()) {
                    i++;
                }
                if (i == reached.size() || reached.get(i).first() > interval.first()) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public long missing(Position other) {
        if (!(other instanceof GtidSet set)) {
            return 0;
        }
        GtidSet both = merge(set);
        return both.count() - count();
    }

    private long count() {
        long count = 0;
        for (List<Interval> intervals : sources.values()) {
            for (Interval interval : intervals) {
                count += interval.last() - interval.first() + 1;
            }
        }
        return count;
    }

    @Override
    public GtidSet merge(Position other) {
        if (!(other instanceof GtidSet set)) {
            throw new IllegalArgumentException("a MariaDB position cannot be merged into a MySQL GTID set");
        }
        SortedMap<String, List<Interval>> merged = new TreeMap<>(sources);
        set.sources.forEach((source, intervals) -> merged.merge(source, intervals, (ours, theirs) -> {
            List<Interval> both = new ArrayList<>(ours);
            both.addAll(theirs);
            return joined(both);
        }));
        return new GtidSet(merged);
    }

    @Override
    public int pieces() {
        return sources.values().stream().mapToInt(List::size).sum();
    }

    @Override
    public boolean isEmpty() {
        return sources.isEmpty();
    }

    @Override
    public String text() {
        return sources.entrySet().stream()
                .map(entry -> entry.getKey() + ":"
                        + entry.getValue().stream().map(Interval::text).collect(Collectors.joining(":")))
                .collect(Collectors.joining(","));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidSet set && set.sources.equals(sources);
    }

    @Override
    public int hashCode() {
        return sources.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    private static List<Interval> joined(List<Interval> intervals) {
        List<Interval> sorted = new ArrayList<>(intervals);
        sorted.sort(null);
        List<Interval> joined = new ArrayList<>();
        for (Interval next : sorted) {
            Interval last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && next.first() <= last.last() + 1) {
                joined.set(joined.size() - 1, new Interval(last.first(), Math.max(last.last(), next.last())));
            } else {
                joined.add(next);
            }
        }
        return List.copyOf(joined);
    }

    /** Both ends belong to it. Numbers are from 1 to 2^63 - 2. */
    private record Interval(long first, long last) implements Comparable<Interval> {

        static Interval parse(String text) {
            try {
                int dash = text.indexOf('-');
                long first = Long.parseLong(dash < 0 ? text : text.substring(0, dash));
                long last = dash < 0 ? first : Long.parseLong(text.substring(dash + 1));
                if (first >= 1 && first <= last && last < Long.MAX_VALUE) {
                    return new Interval(first, last);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(expectation(text), e);
            }
            throw new IllegalArgumentException(expectation(text));
        }

        private static String expectation(String text) {
            return "\"" + text + "\" (expected: n or n-m, 1 <= n <= m < 2^63 - 1)";
        }

        String text() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }

        @Override
        public int compareTo(Interval other) {
            return Long.compare(first, other.first);
        }
    }
}
