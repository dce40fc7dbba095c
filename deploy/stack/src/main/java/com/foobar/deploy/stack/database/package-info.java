/** The embedded MariaDB cluster: programs, data directories, replication. */
@NullMarked
package com.foobar.deploy.stack.database;

import org.jspecify.annotations.NullMarked;
