package com.foobar.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "com.foobar.app", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] RESOURCES = {
        "com.foobar.app.user..",
        "com.foobar.app.profile..",
        "com.foobar.app.article..",
        "com.foobar.app.comment..",
        "com.foobar.app.tag..",
        "com.foobar.app.infrastructure.."
    };

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("com.foobar.app.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theDatabaseKnowsNothingAboveIt = noClasses()
            .that()
            .resideInAPackage("com.foobar.app.db..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.foobar.app.http..",
                    "com.foobar.app.auth..",
                    "com.foobar.app.idempotency..",
                    "com.foobar.app.user..",
                    "com.foobar.app.profile..",
                    "com.foobar.app.article..",
                    "com.foobar.app.comment..",
                    "com.foobar.app.tag..",
                    "com.foobar.app.infrastructure..");

    @ArchTest
    static final ArchRule httpKnowsNoResource = noClasses()
            .that()
            .resideInAPackage("com.foobar.app.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(RESOURCES);

    @ArchTest
    static final ArchRule routesDoNotReachForTheDatabase = noClasses()
            .that()
            .haveSimpleNameEndingWith("Routes")
            .and()
            .doNotHaveSimpleName("TagRoutes")
            .and()
            .doNotHaveSimpleName("InfrastructureRoutes")
            .should()
            .dependOnClassesThat()
            .haveSimpleNameEndingWith("Repository");

    @ArchTest
    static final ArchRule onlyRepositoriesHoldSql = classes()
            .that()
            .haveSimpleName("Sql")
            .should()
            .onlyHaveDependentClassesThat()
            .haveNameMatching(".*(Repository|ArticleQueries|app\\.db\\..*)");

    @ArchTest
    static final ArchRule onlyTheDatabasePackageConnects = noClasses()
            .that()
            .resideOutsideOfPackage("com.foobar.app.db..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.vertx.sqlclient.Pool")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.flywaydb..", "org.mariadb..");

    @ArchTest
    static final ArchRule onlyTheKitReadsTheEnvironment = noClasses()
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);

    @ArchTest
    static final ArchRule nobodyPrints =
            noClasses().should().accessField(System.class, "out").orShould().accessField(System.class, "err");
}
