package com.foobar.dbrouter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The argument of a test {@link OnBothDatabases}, a statement at a time: those that both take, and those of the one that runs. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ArgumentsSource(Statements.OfTheDatabase.class)
@interface Statements {
    String[] value();

    /** What MySQL does not know, or means otherwise. */
    String[] mariaDb() default {};

    /** What MariaDB does not know, or means otherwise. */
    String[] mySql() default {};

    final class OfTheDatabase implements ArgumentsProvider, AnnotationConsumer<Statements> {
        private Statements statements;

        @Override
        public void accept(Statements annotation) {
            statements = annotation;
        }

        @Override
        public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
            String[] own = TestedCluster.isMySql() ? statements.mySql() : statements.mariaDb();
            return Stream.concat(Stream.of(statements.value()), Stream.of(own)).map(Arguments::of);
        }
    }
}
