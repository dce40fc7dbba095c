package com.foobar.dbrouter.topology;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * MariaDB's form: of each replication domain the last transaction, {@code domain-server-sequence}, separated by commas.
 * Within a domain sequence numbers only grow ({@code gtid_strict_mode}), so the last one stands for all before it and the
 * server id does not matter. Sequence numbers are unsigned 64-bit.
 *
 * @see <a href="https://mariadb.com/kb/en/gtid/">Global transaction ID</a>
 */
public final class GtidPosition implements Position {

    /** The position of a server that has logged nothing. */
    public static final GtidPosition EMPTY = new GtidPosition(new TreeMap<>());

    private final SortedMap<Long, Gtid> domains;

    private GtidPosition(SortedMap<Long, Gtid> domains) {
        this.domains = domains;
    }

    /**
     * Reads what {@code @@gtid_binlog_pos} and its kin give; an empty text is {@link #EMPTY}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static GtidPosition parse(String text) {
        if (text.isBlank()) {
            return EMPTY;
        }
        SortedMap<Long, Gtid> domains = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            String[] numbers = part.strip().split("-", -1);
            if (numbers.length != 3) {
                throw new IllegalArgumentException("\"" + part + "\" (expected: domain-server-sequence)");
            }
            try {
                long domain = Integer.toUnsignedLong(Integer.parseUnsignedInt(numbers[0]));
                Gtid gtid = new Gtid(
                        Integer.toUnsignedLong(Integer.parseUnsignedInt(numbers[1])),
                        Long.parseUnsignedLong(numbers[2]));
                domains.merge(domain, gtid, Gtid::later);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("\"" + part + "\" (expected: domain-server-sequence)", e);
            }
        }
        return new GtidPosition(domains);
    }

    @Override
    public boolean covers(Position other) {
        if (!(other instanceof GtidPosition position)) {
            return false;
        }
        for (Map.Entry<Long, Gtid> wanted : position.domains.entrySet()) {
            Gtid reached = domains.get(wanted.getKey());
            if (reached == null
                    || Long.compareUnsigned(
                                    reached.sequence(), wanted.getValue().sequence())
                            < 0) {
                return false;
            }
        }
        return true;
    }

    /** Sequence numbers of a domain grow by one. */
    @Override
    public long missing(Position other) {
        if (!(other instanceof GtidPosition position)) {
            return 0;
        }
        long missing = 0;
        for (Map.Entry<Long, Gtid> wanted : position.domains.entrySet()) {
            Gtid reached = domains.get(wanted.getKey());
            long last = wanted.getValue().sequence();
            long ours = reached == null ? 0 : reached.sequence();
            missing += Long.compareUnsigned(last, ours) > 0 ? last - ours : 0;
        }
        return missing;
    }

    @Override
    public GtidPosition merge(Position other) {
        if (!(other instanceof GtidPosition position)) {
            throw new IllegalArgumentException("a MySQL GTID set cannot be merged into a MariaDB position");
        }
        SortedMap<Long, Gtid> merged = new TreeMap<>(domains);
        position.domains.forEach((domain, gtid) -> merged.merge(domain, gtid, Gtid::later));
        return new GtidPosition(merged);
    }

    @Override
    public int pieces() {
        return domains.size();
    }

    @Override
    public boolean isEmpty() {
        return domains.isEmpty();
    }

    @Override
    public String text() {
        return domains.entrySet().stream()
                .map(entry -> entry.getKey() + "-" + entry.getValue().server() + "-"
                        + Long.toUnsignedString(entry.getValue().sequence()))
                .collect(Collectors.joining(","));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidPosition position && position.domains.equals(domains);
    }

    @Override
    public int hashCode() {
        return domains.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    private record Gtid(long server, long sequence) {
        Gtid later(Gtid other) {
            return Long.compareUnsigned(other.sequence, sequence) > 0 ? other : this;
        }
    }
}
