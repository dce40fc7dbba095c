package com.foobar.dbrouter;

import com.foobar.kit.testing.MySqlServers;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

/** A class of tests on the {@link TestedCluster}: the build runs it on MariaDB, and once more on MySQL 9.7 where Docker has it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("both-databases")
@EnabledIf(
        value = "com.foobar.dbrouter.TestedCluster#runsHere",
        disabledReason =
                "MariaDB: the embedded one is for Linux on x86-64; MySQL: " + MySqlServers.HOW_TO_HAVE_THE_IMAGE)
@interface OnBothDatabases {}
