/** The settings of db-router. */
@NullMarked
package com.foobar.dbrouter.config;

import org.jspecify.annotations.NullMarked;
