package com.foobar.app.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request's object, checked one by one; all problems are told together by {@link #check()}. What the
 * methods return is to be used after that only.
 */
public final class Fields {
    private static final String BLANK = "can't be blank";

    private final JsonObject object;
    private final Map<String, List<String>> problems = new LinkedHashMap<>();

    Fields(JsonObject body, String key) {
        Object value = body.getValue(key);
        if (value instanceof JsonObject fields) {
            this.object = fields;
        } else {
            this.object = new JsonObject();
            if (value != null) {
                problem(key, "must be an object");
            }
        }
    }

    /** Whether the field is there, be it null. */
    public boolean has(String name) {
        return object.containsKey(name);
    }

    /** Whether the field is there, as null. */
    public boolean isNull(String name) {
        return has(name) && object.getValue(name) == null;
    }

    /** A text on one line that must be there and not blank. */
    public String line(String name, int maxLength) {
        String text = text(name, maxLength);
        if (text.chars().anyMatch(Character::isISOControl)) {
            problem(name, "must not contain control characters");
        }
        return text;
    }

    /** A text that must be there and not blank. */
    public String text(String name, int maxLength) {
        Object value = object.getValue(name);
        if (value == null || (value instanceof String text && text.isBlank())) {
            problem(name, BLANK);
            return "";
        }
        return checked(name, value, maxLength);
    }

    /** As {@link #line}, or null where the field is absent; a field that is there must not be null. */
    public @Nullable String optionalLine(String name, int maxLength) {
        return has(name) ? line(name, maxLength) : null;
    }

    /** As {@link #text}, or null where the field is absent; a field that is there must not be null. */
    public @Nullable String optionalText(String name, int maxLength) {
        return has(name) ? text(name, maxLength) : null;
    }

    /** A text that may be absent or null; empty text is null as well. */
    public @Nullable String nullableText(String name, int maxLength) {
        Object value = object.getValue(name);
        return value == null || value.equals("") ? null : checked(name, value, maxLength);
    }

    /** Texts on one line, sorted, each once; null where the field is absent. A field that is there must not be null. */
    public @Nullable List<String> tags(String name, int maxCount, int maxLength) {
        if (!has(name)) {
            return null;
        }
        if (!(object.getValue(name) instanceof JsonArray array)) {
            problem(name, object.getValue(name) == null ? BLANK : "must be a list of texts");
            return null;
        }
        TreeSet<String> tags = new TreeSet<>();
        for (Object element : array) {
            if (!(element instanceof String text)) {
                problem(name, "must be a list of texts");
            } else if (text.isBlank()) {
                problem(name, BLANK);
            } else if (text.chars().anyMatch(Character::isISOControl)) {
                problem(name, "must not contain control characters");
            } else {
                tags.add(checked(name, text.strip(), maxLength));
            }
        }
        if (tags.size() > maxCount) {
            problem(name, "has too many (maximum is " + maxCount + ")");
        }
        return List.copyOf(tags);
    }

    private String checked(String name, Object value, int maxLength) {
        if (!(value instanceof String text)) {
            problem(name, "must be a text");
            return "";
        }
        if (text.codePointCount(0, text.length()) > maxLength) {
            problem(name, "is too long (maximum is " + maxLength + " characters)");
        }
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            problem(name, "contains half a character");
        }
        return text;
    }

    /** Notes a problem of a rule that is not about form. */
    public void problem(String name, String message) {
        List<String> messages = problems.computeIfAbsent(name, key -> new ArrayList<>());
        if (!messages.contains(message)) {
            messages.add(message);
        }
    }

    /** Whether nothing has been said against a field so far. */
    public boolean isGood(String name) {
        return !problems.containsKey(name);
    }

    /** @throws ApiError 422 with every problem found */
    public void check() {
        if (!problems.isEmpty()) {
            throw new ApiError(422, problems);
        }
    }
}
