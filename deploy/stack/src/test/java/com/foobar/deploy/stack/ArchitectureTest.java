package com.foobar.deploy.stack;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.deploy.stack", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("com.foobar.deploy.stack.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule processesKnowNothingOfWhatRunsInThem = noClasses()
            .that()
            .resideInAnyPackage("..process..", "..plan..", "..failure..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..database..", "..service..", "..control..", "..console..");

    @ArchTest
    static final ArchRule nobodyKnowsTheLauncher = noClasses()
            .that()
            .resideInAPackage("com.foobar.deploy.stack.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.foobar.deploy.stack");
}
