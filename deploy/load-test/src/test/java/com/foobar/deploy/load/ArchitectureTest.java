package com.foobar.deploy.load;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.deploy.load", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("com.foobar.deploy.load.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule whatIsRightDoesNotDependOnTheTool = noClasses()
            .that()
            .resideInAnyPackage("..consistency..", "..settings..", "..site..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.gatling..", "..visit..", "..report..");

    @ArchTest
    static final ArchRule onlyTheReportReadsWhatGatlingKeepsToItself = noClasses()
            .that()
            .resideOutsideOfPackage("..report..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.gatling.charts..", "io.gatling.core..");
}
