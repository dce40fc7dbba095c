package com.foobar.http.balance;

import java.util.Arrays;

/**
 * A ring of 2^32 places on which every server lies many times, by its name: a key belongs to the first server at or after its
 * own place (D. Karger et al., Consistent Hashing and Random Trees). A server that leaves hands over its own keys and no others.
 *
 * <p>Finding a place costs about one step however many points there are: places are hashes, so that the upper bits of one tell
 * where in the sorted points it is.
 */
final class HashRing {
    /** As many as HAProxy gives a server of the largest weight. */
    static final int MOST_POINTS = 4096;

    private static final int OWNER_SHIFT = 12;
    private static final int POINT_MASK = MOST_POINTS - 1;
    private static final int OWNER_MASK = 0xfffff;

    /** Sorted; each has the place in the upper 32 bits, then the owner's number, then which of the owner's points it is. */
    private final long[] points;
    /** By the upper bits of a place: the first point that is not before them. */
    private final int[] starts;

    private final int shift;

    private HashRing(long[] points) {
        this.points = points;
        int bits = Math.max(1, 32 - Integer.numberOfLeadingZeros(points.length));
        this.shift = 32 - bits;
        this.starts = new int[1 << bits];
        int at = 0;
        for (int i = 0; i < starts.length; i++) {
            while (at < points.length && (points[at] >>> (32 + shift)) < i) {
                at++;
            }
            starts[i] = at;
        }
    }

    /**
     * The ring of these servers, of which {@link #of(int[])} takes what is needed.
     *
     * @param counts points of each, {@link #MOST_POINTS} at most; the first ones of a server are the same however many it has
     */
    static HashRing of(String[] names, int[] counts) {
        long[] points = new long[Arrays.stream(counts).sum()];
        int size = 0;
        for (int owner = 0; owner < names.length; owner++) {
            long hash = Hash64.of(names[owner]);
            for (int k = 0; k < counts[owner]; k++) {
                // Each point is a hash of the server's hash and of the point's number.
                long place = Hash64.mix(hash + k * 0x9e3779b97f4a7c15L) >>> 32;
                points[size++] = place << 32 | (long) owner << OWNER_SHIFT | k;
            }
        }
        // As unsigned numbers, so that the order is the places'.
        for (int i = 0; i < points.length; i++) {
            points[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(points);
        for (int i = 0; i < points.length; i++) {
            points[i] ^= Long.MIN_VALUE;
        }
        return new HashRing(points);
    }

    /** The same with only the first {@code counts[owner]} points of each owner. */
    HashRing of(int[] counts) {
        long[] kept = new long[points.length];
        int size = 0;
        for (long point : points) {
            if ((point & POINT_MASK) < counts[ownerOf(point)]) {
                kept[size++] = point;
            }
        }
        return new HashRing(Arrays.copyOf(kept, size));
    }

    private static int ownerOf(long point) {
        return (int) (point >>> OWNER_SHIFT) & OWNER_MASK;
    }

    int size() {
        return points.length;
    }

    /** The number of the point at or after the key's place; of a ring with one point at least. */
    int find(long key) {
        long place = key >>> 32;
        int at = starts[(int) (place >>> shift)];
        while (at < points.length && points[at] >>> 32 < place) {
            at++;
        }
        return at == points.length ? 0 : at;
    }

    /** Whose that point is. */
    int owner(int point) {
        return ownerOf(points[point]);
    }

    int next(int point) {
        return point + 1 == points.length ? 0 : point + 1;
    }
}
