/** Load on the whole site: the simulation that Gatling carries out, and the jar's command line. */
@NullMarked
package com.foobar.deploy.load;

import org.jspecify.annotations.NullMarked;
