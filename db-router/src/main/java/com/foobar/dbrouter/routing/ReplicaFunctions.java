package com.foobar.dbrouter.routing;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Functions, stored or loaded, that the operator vouches for: they only read, and leave nothing in the connection. {@code
 * name} is a call without a schema, whatever the current one is; {@code schema.name} one with it. Immutable.
 */
public final class ReplicaFunctions {
    /** None. */
    public static final ReplicaFunctions NONE = new ReplicaFunctions(List.of());

    private static final Pattern NAME = Pattern.compile("([\\w$]{1,64}\\.)?[\\w$]{1,64}");

    private final Set<String> names;

    /** @throws IllegalArgumentException for what is no name */
    public ReplicaFunctions(List<String> names) {
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("'" + name + "' (expected: name or schema.name)");
            }
        }
        this.names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    boolean contains(ByteBuf text, int start, int end) {
        return !names.isEmpty() && names.contains(name(text, start, end));
    }

    boolean contains(ByteBuf text, int schemaStart, int schemaEnd, int start, int end) {
        return !names.isEmpty() && names.contains(name(text, schemaStart, schemaEnd) + "." + name(text, start, end));
    }

    private static String name(ByteBuf text, int start, int end) {
        return text.toString(start, end - start, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
