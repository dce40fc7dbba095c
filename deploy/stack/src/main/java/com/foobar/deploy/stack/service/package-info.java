/** The project's own services: their jars, settings files and JVM options. */
@NullMarked
package com.foobar.deploy.stack.service;

import org.jspecify.annotations.NullMarked;
