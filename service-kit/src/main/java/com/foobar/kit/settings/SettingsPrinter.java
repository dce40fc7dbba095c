package com.foobar.kit.settings;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes settings as YAML that {@link SettingsReader} reads back, each with its description; secrets are hidden. */
public final class SettingsPrinter {
    private final StringBuilder out = new StringBuilder();

    private SettingsPrinter() {}

    /** The effective settings, as {@code --print-config} shows them. */
    public static String print(Record settings) {
        SettingsPrinter printer = new SettingsPrinter();
        printer.members(settings, 0, false);
        return printer.out.toString();
    }

    private void members(Record settings, int depth, boolean inList) {
        boolean first = inList;
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Description description = component.getAnnotation(Description.class);
            if (description != null && !inList) {
                indent(depth).append("# ").append(description.value()).append('\n');
            }
            if (first) {
                first = false;
            } else {
                indent(depth);
            }
            out.append(RecordBinder.key(component)).append(':');
            value(valueOf(settings, component), depth);
        }
    }

    private void value(@Nullable Object value, int depth) {
        if (value == null) {
            out.append(" null\n");
        } else if (value instanceof List<?> list) {
            list(list, depth);
        } else if (value instanceof Map<?, ?> map) {
            map(map, depth);
        } else if (value instanceof Record settings && ValueType.of(value.getClass()) == null) {
            out.append('\n');
            members(settings, depth + 1, false);
        } else {
            out.append(' ').append(scalar(value)).append('\n');
        }
    }

    private void list(List<?> list, int depth) {
        out.append(list.isEmpty() ? " []\n" : "\n");
        for (Object element : list) {
            indent(depth + 1).append("- ");
            if (element instanceof Record settings && ValueType.of(element.getClass()) == null) {
                members(settings, depth + 2, true);
            } else {
                out.append(scalar(element)).append('\n');
            }
        }
    }

    private void map(Map<?, ?> map, int depth) {
        out.append(map.isEmpty() ? " {}\n" : "\n");
        map.forEach((key, element) -> {
            indent(depth + 1).append(key).append(':');
            value(element, depth + 1);
        });
    }

    @SuppressWarnings("unchecked")
    private static String scalar(Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        ValueType<Object> valueType = (ValueType<Object>) ValueType.of(value instanceof Path ? Path.class : type);
        if (valueType == null) {
            throw new IllegalStateException("no setting can be of " + type);
        }
        String text = valueType.format().format(value);
        boolean plain = text.matches("[A-Za-z0-9/~][A-Za-z0-9/._~+-]*");
        // '$' is doubled, as otherwise it would be read as a reference to the environment.
        return plain ? text : "'" + text.replace("'", "''").replace("${", "$${") + "'";
    }

    private static @Nullable Object valueOf(Record settings, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private StringBuilder indent(int depth) {
        return out.append("  ".repeat(depth));
    }
}
