package com.foobar.http.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a head or of a trailer section, in the order they came: one array of bytes and where each name and value lies in it. Texts are US-ASCII or ISO-8859-1.
 *
 * <p>Fields are addressed by a slot from 0 to {@link #slots()}; a removed field leaves its slot empty, so slots stay valid while fields are removed or added.
 */
public final class Fields {
    private static final int STRIDE = 4;
    private static final int ROOM_BYTES = 128;
    private static final int ROOM_SLOTS = 4;

    private static final FieldName[] NOT_FOR_TRAILERS = {
        FieldName.AUTHORIZATION,
        FieldName.CACHE_CONTROL,
        FieldName.CLIENT_CERT,
        FieldName.CLIENT_CERT_CHAIN,
        FieldName.CONNECTION,
        FieldName.CONTENT_ENCODING,
        FieldName.CONTENT_LENGTH,
        FieldName.CONTENT_RANGE,
        FieldName.CONTENT_TYPE,
        FieldName.COOKIE,
        FieldName.EXPECT,
        FieldName.FORWARDED,
        FieldName.HOST,
        FieldName.KEEP_ALIVE,
        FieldName.LOCATION,
        FieldName.PROXY_AUTHORIZATION,
        FieldName.PROXY_CONNECTION,
        FieldName.RANGE,
        FieldName.SET_COOKIE,
        FieldName.TE,
        FieldName.TRAILER,
        FieldName.TRANSFER_ENCODING,
        FieldName.UPGRADE,
        FieldName.X_FORWARDED_FOR,
        FieldName.X_FORWARDED_HOST,
        FieldName.X_FORWARDED_PORT,
        FieldName.X_FORWARDED_PROTO,
        FieldName.X_REAL_IP,
        FieldName.X_REQUEST_ID,
        FieldName.X_SSL_CLIENT_DN
    };

    private byte[] bytes;
    private int length;
    private int[] places;
    private byte[] ids;
    private int slots;
    private int removed;
    private long present;

    public Fields() {
        this(512, 16);
    }

    private Fields(int bytes, int slots) {
        this.bytes = new byte[bytes];
        this.places = new int[slots * STRIDE];
        this.ids = new byte[slots];
    }

    /** The same fields, with room for a few more. */
    Fields copy() {
        Fields copy = new Fields(length + ROOM_BYTES, slots + ROOM_SLOTS);
        System.arraycopy(bytes, 0, copy.bytes, 0, length);
        System.arraycopy(places, 0, copy.places, 0, slots * STRIDE);
        System.arraycopy(ids, 0, copy.ids, 0, slots);
        copy.length = length;
        copy.slots = slots;
        copy.removed = removed;
        copy.present = present;
        return copy;
    }

    /** No fields, with little room; for trailers. */
    public static Fields none() {
        return new Fields(0, 0);
    }

    public void clear() {
        length = 0;
        slots = 0;
        removed = 0;
        present = 0;
    }

    public int size() {
        return slots - removed;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** One more than the last slot in use; some may be empty. */
    public int slots() {
        return slots;
    }

    /** Whether no field is in that slot any more. */
    public boolean isRemoved(int slot) {
        return places[slot * STRIDE + 1] == 0;
    }

    public boolean has(FieldName name) {
        return (present & name.bit()) != 0;
    }

    /** The first slot of that name, or -1. */
    public int find(FieldName name) {
        return has(name) ? find(name, 0) : -1;
    }

    /** The first slot of that name at or after {@code from}, or -1. */
    public int find(FieldName name, int from) {
        int id = name.id();
        for (int slot = from; slot < slots; slot++) {
            if (ids[slot] == id) {
                return slot;
            }
        }
        return -1;
    }

    /** The first value of that name, or null. */
    public @Nullable String get(FieldName name) {
        int slot = find(name);
        return slot < 0 ? null : value(slot);
    }

    /** The first value of that name in any case, or null. */
    public @Nullable String get(String name) {
        String wanted = name.toLowerCase(java.util.Locale.ROOT);
        for (int slot = 0; slot < slots; slot++) {
            if (!isRemoved(slot) && nameIs(slot, wanted)) {
                return value(slot);
            }
        }
        return null;
    }

    /** All values of that name, in order. */
    public List<String> all(FieldName name) {
        List<String> values = new ArrayList<>(2);
        for (int slot = find(name); slot >= 0; slot = find(name, slot + 1)) {
            values.add(value(slot));
        }
        return values;
    }

    /** All values of that name joined by {@code ", "}, which means the same (RFC 9110 §5.3), or null where there is none. */
    public @Nullable String joined(FieldName name) {
        int first = find(name);
        if (first < 0) {
            return null;
        }
        return find(name, first + 1) < 0 ? value(first) : String.join(", ", all(name));
    }

    /** The recognised name in that slot, or null for another name or an empty slot. */
    public @Nullable FieldName known(int slot) {
        return ids[slot] == 0 ? null : FieldName.byId(ids[slot]);
    }

    public String name(int slot) {
        return Ascii.text(bytes, places[slot * STRIDE], places[slot * STRIDE + 1]);
    }

    public String value(int slot) {
        return Ascii.text(bytes, places[slot * STRIDE + 2], places[slot * STRIDE + 3]);
    }

    /** Whether the name in that slot is {@code lowerCase} in any case. */
    public boolean nameIs(int slot, String lowerCase) {
        return Ascii.equalsIgnoreCase(lowerCase, bytes, places[slot * STRIDE], places[slot * STRIDE + 1]);
    }

    /** Whether the value in that slot is {@code lowerCase} in any case. */
    public boolean valueIs(int slot, String lowerCase) {
        return Ascii.equalsIgnoreCase(lowerCase, bytes, places[slot * STRIDE + 2], places[slot * STRIDE + 3]);
    }

    /** Whether two slots, of this or another set, hold the same value. */
    public boolean sameValue(int slot, Fields other, int otherSlot) {
        int start = valueStart(slot);
        int otherStart = other.valueStart(otherSlot);
        return Arrays.equals(
                bytes,
                start,
                start + valueLength(slot),
                other.bytes,
                otherStart,
                otherStart + other.valueLength(otherSlot));
    }

    public void forEach(BiConsumer<String, String> consumer) {
        for (int slot = 0; slot < slots; slot++) {
            if (!isRemoved(slot)) {
                consumer.accept(name(slot), value(slot));
            }
        }
    }

    /** Appends a field. The value must have no line break: it comes from us or was checked where it came in. */
    public Fields add(FieldName name, CharSequence value) {
        int nameStart = append(name.bytes(), 0, name.bytes().length);
        int valueStart = append(value);
        place(nameStart, name.bytes().length, valueStart, length - valueStart, name.id());
        return this;
    }

    /** Appends a field, recognising its name. */
    public Fields add(CharSequence name, CharSequence value) {
        int nameStart = append(name);
        int valueStart = append(value);
        addPlaced(nameStart, valueStart - nameStart, valueStart, length - valueStart);
        return this;
    }

    /** Appends a copy of a field of another set. */
    public Fields addFrom(Fields other, int slot) {
        int nameLength = other.nameLength(slot);
        int nameStart = append(other.bytes, other.nameStart(slot), nameLength);
        int valueStart = append(other.bytes, other.valueStart(slot), other.valueLength(slot));
        place(nameStart, nameLength, valueStart, other.valueLength(slot), other.ids[slot]);
        return this;
    }

    /** Appends copies of those fields of another set whose names this one has not yet. */
    public Fields addMissing(Fields other) {
        int before = slots;
        for (int slot = 0; slot < other.slots; slot++) {
            if (!other.isRemoved(slot) && !hasName(other, slot, before)) {
                addFrom(other, slot);
            }
        }
        return this;
    }

    private boolean hasName(Fields other, int otherSlot, int before) {
        int start = other.nameStart(otherSlot);
        int count = other.nameLength(otherSlot);
        for (int slot = 0; slot < before; slot++) {
            if (nameLength(slot) == count
                    && Ascii.equalsIgnoreCase(bytes, nameStart(slot), other.bytes, start, count)) {
                return true;
            }
        }
        return false;
    }

    /** Replaces all fields of that name by one. */
    public Fields set(FieldName name, CharSequence value) {
        remove(name);
        return add(name, value);
    }

    /** Removes all fields of that name. */
    public Fields remove(FieldName name) {
        if (has(name)) {
            for (int slot = find(name, 0); slot >= 0; slot = find(name, slot + 1)) {
                removeAt(slot);
            }
            present &= ~name.bit();
        }
        return this;
    }

    /** Removes all fields of that name, given in lower case. */
    public void remove(String lowerCase) {
        for (int slot = 0; slot < slots; slot++) {
            if (!isRemoved(slot) && nameIs(slot, lowerCase)) {
                FieldName known = known(slot);
                if (known != null) {
                    remove(known);
                    return;
                }
                removeAt(slot);
            }
        }
    }

    private void removeAt(int slot) {
        places[slot * STRIDE + 1] = 0;
        ids[slot] = 0;
        removed++;
    }

    /** Removes whatever is in that slot. */
    public void removeSlot(int slot) {
        FieldName known = known(slot);
        removeAt(slot);
        if (known != null && find(known, 0) < 0) {
            present &= ~known.bit();
        }
    }

    /**
     * The value of the one Content-Length field, or -1 where there is none.
     *
     * @throws MalformedMessage 400 for a second one, or for anything but digits that fit into 63 bits (RFC 9112 §6.3)
     */
    public long contentLength() throws MalformedMessage {
        int slot = find(FieldName.CONTENT_LENGTH);
        if (slot < 0) {
            return -1;
        }
        if (find(FieldName.CONTENT_LENGTH, slot + 1) >= 0) {
            throw MalformedMessage.badRequest("There are several Content-Length fields.");
        }
        int start = valueStart(slot);
        int digits = valueLength(slot);
        long value = 0;
        if (digits == 0 || digits > 18) {
            throw MalformedMessage.badRequest("Content-Length is not a number that can be.");
        }
        for (int i = start; i < start + digits; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw MalformedMessage.badRequest("Content-Length is not a number.");
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Removes what must not come after a body: fields that frame, route, authenticate or describe the content (RFC 9110 §6.5.1). */
    public void dropFieldsNotForTrailers() {
        for (FieldName name : NOT_FOR_TRAILERS) {
            remove(name);
        }
    }

    /** For parsers: the storage, of at least {@code capacity} bytes, with its first bytes kept. */
    public byte[] storage(int capacity) {
        if (bytes.length < capacity) {
            bytes = Arrays.copyOf(bytes, Math.max(capacity, bytes.length * 2));
        }
        return bytes;
    }

    /** For parsers and encoders: the storage as it is. */
    public byte[] storage() {
        return bytes;
    }

    /** For parsers: the first {@code used} bytes of the storage are in use, and later additions go behind them. */
    public void used(int used) {
        length = used;
    }

    /** For parsers: adds a field whose name and value already lie in the storage. Returns the recognised name, or null. */
    public @Nullable FieldName addPlaced(int nameStart, int nameLength, int valueStart, int valueLength) {
        FieldName known = FieldName.find(bytes, nameStart, nameLength);
        place(nameStart, nameLength, valueStart, valueLength, known == null ? 0 : known.id());
        return known;
    }

    public int nameStart(int slot) {
        return places[slot * STRIDE];
    }

    public int nameLength(int slot) {
        return places[slot * STRIDE + 1];
    }

    public int valueStart(int slot) {
        return places[slot * STRIDE + 2];
    }

    public int valueLength(int slot) {
        return places[slot * STRIDE + 3];
    }

    private void place(int nameStart, int nameLength, int valueStart, int valueLength, int id) {
        if (slots == ids.length) {
            int capacity = Math.max(8, slots * 2);
            places = Arrays.copyOf(places, capacity * STRIDE);
            ids = Arrays.copyOf(ids, capacity);
        }
        int at = slots * STRIDE;
        places[at] = nameStart;
        places[at + 1] = nameLength;
        places[at + 2] = valueStart;
        places[at + 3] = valueLength;
        ids[slots++] = (byte) id;
        if (id != 0) {
            present |= 1L << id;
        }
    }

    int append(byte[] source, int start, int count) {
        int at = length;
        storage(at + count);
        System.arraycopy(source, start, bytes, at, count);
        length = at + count;
        return at;
    }

    int append(CharSequence text) {
        int at = length;
        int count = text.length();
        storage(at + count);
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            bytes[at + i] = c < 256 ? (byte) c : (byte) '?';
        }
        length = at + count;
        return at;
    }

    /** The number of bytes in use, and so where the next addition goes. */
    public int used() {
        return length;
    }

    /** Name and value pairs, one a line; values of credentials hidden. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int slot = 0; slot < slots; slot++) {
            if (!isRemoved(slot)) {
                FieldName known = known(slot);
                boolean secret = known == FieldName.AUTHORIZATION
                        || known == FieldName.COOKIE
                        || known == FieldName.SET_COOKIE
                        || known == FieldName.PROXY_AUTHORIZATION;
                text.append(name(slot))
                        .append(": ")
                        .append(secret ? "…" : value(slot))
                        .append('\n');
            }
        }
        return text.toString();
    }
}
