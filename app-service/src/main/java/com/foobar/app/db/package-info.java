/** The way to the database: connections to the routers, units of work and when they are repeated, migrations. */
@NullMarked
package com.foobar.app.db;

import org.jspecify.annotations.NullMarked;
