package com.foobar.kit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.kit", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_PARTS_DO_NOT_KNOW_EACH_OTHER = slices().matching(
                    "com.foobar.kit.(settings|tls|net|http)..")
            .should()
            .notDependOnEachOther()
            .ignoreDependency(resideIn("com.foobar.kit.tls"), resideIn("com.foobar.kit.settings"));

    @ArchTest
    static final ArchRule ONLY_SETTINGS_AND_THE_RUNNER_READ_THE_ENVIRONMENT = noClasses()
            .that()
            .resideOutsideOfPackage("com.foobar.kit.settings")
            .and()
            .doNotHaveFullyQualifiedName("com.foobar.kit.ServiceRunner$Run")
            .should()
            .callMethod(System.class, "getenv");

    @ArchTest
    static final ArchRule THE_KIT_KNOWS_NO_TIER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.foobar.http..",
                    "com.foobar.lb..",
                    "com.foobar.web..",
                    "com.foobar.app..",
                    "com.foobar.dbrouter..");

    private static com.tngtech.archunit.base.DescribedPredicate<com.tngtech.archunit.core.domain.JavaClass> resideIn(
            String packageName) {
        return com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(packageName);
    }
}
