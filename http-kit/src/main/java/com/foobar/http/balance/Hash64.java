package com.foobar.http.balance;

/**
 * A fast hash of 64 bits: FNV-1a over the bytes, then MurmurHash3's finalizer, which spreads them over all bits. The same in
 * every process, so that several load balancers send a key to the same server. No defence against keys that are chosen to
 * collide: that is what the bound on a server's load is for.
 */
public final class Hash64 {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private Hash64() {}

    /** Of text, one byte for each character of ISO-8859-1. */
    public static long of(CharSequence text) {
        long hash = OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return finish(hash);
    }

    /** Of bytes; those of a text in ISO-8859-1 have the text's hash. */
    public static long of(byte[] bytes, int start, int length) {
        long hash = OFFSET;
        for (int i = start; i < start + length; i++) {
            hash = (hash ^ (bytes[i] & 0xff)) * PRIME;
        }
        return finish(hash);
    }

    private static long finish(long hash) {
        long mixed = mix(hash);
        // 0 is for requests that have no key.
        return mixed == Balancer.NO_KEY ? 1 : mixed;
    }

    static long mix(long value) {
        long hash = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
