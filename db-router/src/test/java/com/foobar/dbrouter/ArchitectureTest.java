package com.foobar.dbrouter;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Dependencies point one way. */
@AnalyzeClasses(packages = "com.foobar.dbrouter", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "com.foobar.dbrouter.";

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + "(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule protocolKnowsNothingAboveIt = noClasses()
            .that()
            .resideInAPackage(ROOT + "protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "auth..",
                    ROOT + "pool..",
                    ROOT + "session..",
                    ROOT + "listener..",
                    ROOT + "config..",
                    ROOT + "admin..",
                    ROOT + "topology..",
                    ROOT + "routing..",
                    "io.netty.channel..",
                    "io.vertx..");

    @ArchTest
    static final ArchRule routingKnowsNeitherServersNorSessions = noClasses()
            .that()
            .resideInAPackage(ROOT + "routing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT + "auth..", ROOT + "pool..", ROOT + "session..", ROOT + "listener..", ROOT + "topology..");

    @ArchTest
    static final ArchRule poolsKnowNoSessions = noClasses()
            .that()
            .resideInAPackage(ROOT + "pool..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + "session..", ROOT + "listener..", ROOT + "routing..", ROOT + "config..");

    @ArchTest
    static final ArchRule onlyTheKitReadsTheEnvironment = noClasses()
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class);
}
