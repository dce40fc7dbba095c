package com.foobar.kit.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The value of a setting whose key is absent, as YAML text: {@code "2s"}, {@code "[{name: a}, {name: b}]"}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** YAML; may name environment variables as the file may. */
    String value();
}
