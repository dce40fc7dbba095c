package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * For which requests a stored response is (RFC 9111 §4.1): those that have the same values in the fields that its {@code Vary} names.
 *
 * @param names  in lower case
 * @param values of the request that it answered, in the same order; null where the request had no such field
 */
record Vary(List<String> names, List<@Nullable String> values) {
    private static final Vary NONE = new Vary(List.of(), List.of());

    /** Null for {@code *}: it is for no other request. */
    static @Nullable Vary of(Fields response, Fields request) {
        String field = response.joined(FieldName.VARY);
        if (field == null) {
            return NONE;
        }
        List<String> names = new ArrayList<>();
        List<@Nullable String> values = new ArrayList<>();
        for (String member : field.split(",", 256)) {
            String name = member.strip().toLowerCase(Locale.ROOT);
            if (name.equals("*")) {
                return null;
            }
            if (!name.isEmpty() && !names.contains(name)) {
                names.add(name);
                values.add(value(request, name));
            }
        }
        return new Vary(names, values);
    }

    boolean matches(Fields request) {
        for (int i = 0; i < names.size(); i++) {
            if (!Objects.equals(values.get(i), value(request, names.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** Lines joined, and white space beside commas removed, which changes nothing (RFC 9110 §5.6.1). */
    private static @Nullable String value(Fields request, String name) {
        StringBuilder joined = null;
        for (int slot = 0; slot < request.slots(); slot++) {
            if (!request.isRemoved(slot) && request.nameIs(slot, name)) {
                if (joined == null) {
                    joined = new StringBuilder();
                } else {
                    joined.append(',');
                }
                joined.append(request.value(slot));
            }
        }
        if (joined == null) {
            return null;
        }
        String text = joined.toString();
        return text.indexOf(',') < 0 ? text.strip() : text.strip().replaceAll("[ \t]*,[ \t]*", ",");
    }

    /** Bytes that it occupies, about. */
    long weight() {
        long weight = 0;
        for (int i = 0; i < names.size(); i++) {
            String value = values.get(i);
            weight += 64 + names.get(i).length() + (value == null ? 0 : value.length());
        }
        return weight;
    }
}
