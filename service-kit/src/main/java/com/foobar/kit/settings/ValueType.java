package com.foobar.kit.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one type of value is read from text and written back.
 *
 * @param expectation the form of the text, for error messages
 */
record ValueType<T>(String expectation, Parser<T> parser, Format<T> format) {
    /** Text to value; throws {@link IllegalArgumentException} where the text is not of the type's form. */
    interface Parser<T> {
        T parse(String text);
    }

    /** Value to text that the parser reads back. */
    interface Format<T> {
        String format(T value);
    }

    private static final String HIDDEN = "***";
    private static final Map<Class<?>, ValueType<?>> TYPES = new LinkedHashMap<>();

    static {
        add(String.class, "text", text -> text, value -> value);
        ValueType<Integer> integer = new ValueType<>("a whole number", Integer::valueOf, String::valueOf);
        TYPES.put(int.class, integer);
        TYPES.put(Integer.class, integer);
        ValueType<Long> longInteger = new ValueType<>("a whole number", Long::valueOf, String::valueOf);
        TYPES.put(long.class, longInteger);
        TYPES.put(Long.class, longInteger);
        ValueType<Double> number = new ValueType<>("a number", ValueType::finite, String::valueOf);
        TYPES.put(double.class, number);
        TYPES.put(Double.class, number);
        ValueType<Boolean> bool = new ValueType<>("true or false", ValueType::bool, String::valueOf);
        TYPES.put(boolean.class, bool);
        TYPES.put(Boolean.class, bool);
        add(Duration.class, "a duration such as 250ms, 2s, 5m, 1h", Durations::parse, Durations::format);
        add(ByteSize.class, "a size such as 512B, 16KiB, 1MiB", ByteSize::parse, ByteSize::toString);
        add(HostPort.class, "host:port, with port 0-65535", HostPort::parse, HostPort::toString);
        add(Path.class, "a path", ValueType::path, Path::toString);
        add(Secret.class, "the secret itself, ${NAME} or file:/path", ValueType::secret, secret -> HIDDEN);
    }

    private static <T> void add(Class<T> type, String expectation, Parser<T> parser, Format<T> format) {
        TYPES.put(type, new ValueType<>(expectation, parser, format));
    }

    /** The type of a scalar; null where the class is not one. */
    static @Nullable ValueType<?> of(Class<?> type) {
        if (type.isEnum()) {
            return ofEnum(type);
        }
        return TYPES.get(type);
    }

    private static ValueType<?> ofEnum(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        for (Object constant : type.getEnumConstants()) {
            constants.put(word((Enum<?>) constant), constant);
        }
        return new ValueType<>(
                String.join(", ", constants.keySet()),
                text -> {
                    Object constant = constants.get(text);
                    if (constant == null) {
                        throw new IllegalArgumentException(text);
                    }
                    return constant;
                },
                value -> word((Enum<?>) value));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Boolean bool(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
        }
        return Boolean.valueOf(text);
    }

    private static Double finite(String text) {
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(text);
        }
        return value;
    }

    /** {@code ~/} is the user's home, as in a shell. */
    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty");
        }
        return text.startsWith("~/") ? Path.of(System.getProperty("user.home"), text.substring(2)) : Path.of(text);
    }

    private static Secret secret(String text) {
        if (text.equals(HIDDEN)) {
            throw new IllegalArgumentException("what --print-config shows in its place");
        }
        if (!text.startsWith("file:")) {
            return Secret.of(text);
        }
        Path file = Path.of(text.substring("file:".length()));
        try {
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UnreadableSecret(file, e);
        }
    }

    /** The names of all values of an enum, or the types that may be written; for messages. */
    static String known() {
        return Arrays.stream(TYPES.keySet().toArray(Class<?>[]::new))
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", "));
    }

    /** A secret's file cannot be read: the message names the file, never its content. */
    static final class UnreadableSecret extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        UnreadableSecret(Path file, IOException cause) {
            super("cannot read " + file + " (" + cause.getClass().getSimpleName() + ")", cause);
        }
    }
}
