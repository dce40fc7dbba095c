/** Application and database router against real MySQL servers in containers. */
@NullMarked
package com.foobar.deploy.mysql;

import org.jspecify.annotations.NullMarked;
