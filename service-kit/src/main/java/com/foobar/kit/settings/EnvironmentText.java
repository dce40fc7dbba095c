package com.foobar.kit.settings;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables into text: <code>${NAME}</code>, <code>${NAME:-default}</code>; <code>$${</code> stands for a
 * literal <code>${</code>. It works on values after YAML has been parsed, so that a variable's content cannot add settings.
 */
record EnvironmentText(Map<String, String> environment) {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$(\\$\\{)|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

    /** @throws UnsetVariable where a variable without a default is not set */
    String resolve(String text) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), match.group(2), match.group(3))));
    }

    private String value(@Nullable String escaped, String name, @Nullable String fallback) {
        if (escaped != null) {
            return escaped;
        }
        String value = environment.get(name);
        if (value != null && !(value.isEmpty() && fallback != null)) {
            return value;
        }
        if (fallback == null) {
            throw new UnsetVariable(name);
        }
        return fallback;
    }

    /** A variable that the settings name is not set. */
    static final class UnsetVariable extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnsetVariable(String name) {
            super(name);
        }
    }
}
