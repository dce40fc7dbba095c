package com.foobar.dbrouter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test, of a class {@link OnBothDatabases}, of what MySQL does not have: the build does not run it there. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("mariadb-only")
@interface OnMariaDbOnly {}
