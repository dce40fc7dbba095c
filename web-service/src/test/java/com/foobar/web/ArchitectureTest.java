package com.foobar.web;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.web", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("com.foobar.web.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule CONDITIONAL_KNOWS_NOTHING_ABOVE_IT = noClasses()
            .that()
            .resideInAPackage("..web.conditional..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..web.content..",
                    "..web.gateway..",
                    "..web.metrics..",
                    "..web.config..",
                    "com.foobar.http..",
                    "io.vertx..");

    @ArchTest
    static final ArchRule METRICS_KNOW_NOTHING_OF_THE_REST = noClasses()
            .that()
            .resideInAPackage("..web.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..web.content..", "..web.gateway..", "..web.cache..", "..web.config..");

    @ArchTest
    static final ArchRule CONTENT_AND_GATEWAY_DO_NOT_KNOW_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("..web.content..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..web.gateway..");

    @ArchTest
    static final ArchRule GATEWAY_DOES_NOT_KNOW_CONTENT = noClasses()
            .that()
            .resideInAPackage("..web.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..web.content..");

    @ArchTest
    static final ArchRule THE_CACHE_KNOWS_NEITHER = noClasses()
            .that()
            .resideInAPackage("..web.cache..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..web.content..", "..web.gateway..");

    @ArchTest
    static final ArchRule ONLY_CONFIG_READS_THE_ENVIRONMENT = noClasses()
            .that()
            .resideOutsideOfPackage("..web.config..")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class, String.class);

    @ArchTest
    static final ArchRule NOTHING_PRINTS =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");
}
