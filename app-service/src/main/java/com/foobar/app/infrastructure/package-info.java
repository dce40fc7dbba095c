/** Which database answers, for the site's page about its own infrastructure. */
@NullMarked
package com.foobar.app.infrastructure;

import org.jspecify.annotations.NullMarked;
