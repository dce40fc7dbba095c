package com.foobar.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.http", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("com.foobar.http.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule MESSAGES_KNOW_NOTHING_ABOVE_THEM = noClasses()
            .that()
            .resideInAPackage("com.foobar.http.message")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.foobar.http.exchange",
                    "com.foobar.http.http1",
                    "com.foobar.http.http2",
                    "com.foobar.http.server",
                    "com.foobar.http.proxy",
                    "com.foobar.http.backend");

    @ArchTest
    static final ArchRule THE_WIRE_KNOWS_NOTHING_OF_SERVERS_BEHIND = noClasses()
            .that()
            .resideInAnyPackage(
                    "com.foobar.http.exchange",
                    "com.foobar.http.http1",
                    "com.foobar.http.http2",
                    "com.foobar.http.server")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.foobar.http.proxy",
                    "com.foobar.http.backend",
                    "com.foobar.http.balance",
                    "com.foobar.http.health");

    @ArchTest
    static final ArchRule BALANCING_KNOWS_NOTHING_ABOVE_IT = noClasses()
            .that()
            .resideInAPackage("com.foobar.http.balance")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.foobar.http.backend",
                    "com.foobar.http.health",
                    "com.foobar.http.proxy",
                    "com.foobar.http.server");

    @ArchTest
    static final ArchRule NOTHING_READS_THE_ENVIRONMENT = noClasses()
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule NO_TIER_IS_KNOWN_HERE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.foobar.lb..", "com.foobar.web..", "com.foobar.app..", "com.foobar.dbrouter..");
}
