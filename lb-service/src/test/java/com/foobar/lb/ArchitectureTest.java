package com.foobar.lb;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.lb", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule HAS_NO_PACKAGE_CYCLES =
            slices().matching("com.foobar.lb.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule CONFIG_KNOWS_NOTHING_ABOVE_IT = noClasses()
            .that()
            .resideInAPackage("..lb.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..lb.frontend..", "..lb.metrics..", "com.foobar.lb");

    @ArchTest
    static final ArchRule FRONTENDS_KNOW_NO_METRICS = noClasses()
            .that()
            .resideInAPackage("..lb.frontend..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..lb.metrics..", "com.foobar.lb");

    @ArchTest
    static final ArchRule NOBODY_READS_ENVIRONMENT_OR_FILES = noClasses()
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files");

    @ArchTest
    static final ArchRule NOBODY_PRINTS =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");
}
