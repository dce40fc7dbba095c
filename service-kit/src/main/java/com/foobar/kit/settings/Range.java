package com.foobar.kit.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Bounds of a number, duration or size, both inclusive, in the text form of its type. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {
    /** Least value; empty for none. */
    String min() default "";

    /** Greatest value; empty for none. */
    String max() default "";
}
