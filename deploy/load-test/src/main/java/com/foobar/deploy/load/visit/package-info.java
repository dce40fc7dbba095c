/** Who comes to the site and what they do there: the visits, of the requests that the site knows. */
@NullMarked
package com.foobar.deploy.load.visit;

import org.jspecify.annotations.NullMarked;
