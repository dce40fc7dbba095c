package com.foobar.app.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list is wanted.
 *
 * @param limit 0 to {@value #MAX_LIMIT}
 * @param offset 0 or more
 */
public record Page(int limit, int offset) {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;

    /**
     * Reads {@code limit} and {@code offset} of the query. A limit above {@value #MAX_LIMIT} means {@value #MAX_LIMIT}.
     *
     * @throws ApiError 422 where they are not whole numbers of 0 or more
     */
    public static Page of(ReadCall call) {
        Map<String, List<String>> errors = new LinkedHashMap<>();
        int limit = number("limit", call.query("limit"), DEFAULT_LIMIT, errors);
        int offset = number("offset", call.query("offset"), 0, errors);
        if (!errors.isEmpty()) {
            throw new ApiError(422, errors);
        }
        return new Page(Math.min(limit, MAX_LIMIT), offset);
    }

    private static int number(String name, @Nullable String text, int absent, Map<String, List<String>> errors) {
        if (text == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as a negative number is.
        }
        errors.put(name, List.of("must be a whole number of 0 or more"));
        return absent;
    }
}
