package com.foobar.lb.frontend;

import com.foobar.http.message.Fields;
import com.foobar.lb.config.RouteSettings.HeaderSettings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A field of some name, with any value or with one that is given. */
final class FieldPattern {
    private final String lowerCaseName;
    private final byte @Nullable [] value;

    FieldPattern(HeaderSettings settings) {
        this.lowerCaseName = settings.name().toLowerCase(Locale.ROOT);
        this.value = settings.value() == null ? null : settings.value().getBytes(StandardCharsets.ISO_8859_1);
    }

    boolean matches(Fields fields) {
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!fields.isRemoved(slot) && fields.nameIs(slot, lowerCaseName) && hasValue(fields, slot)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasValue(Fields fields, int slot) {
        if (value == null) {
            return true;
        }
        int start = fields.valueStart(slot);
        return Arrays.equals(value, 0, value.length, fields.storage(), start, start + fields.valueLength(slot));
    }
}
