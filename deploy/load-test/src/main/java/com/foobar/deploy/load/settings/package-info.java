/** What a run is told: read once, checked as a whole. Knows nothing above it. */
@NullMarked
package com.foobar.deploy.load.settings;

import org.jspecify.annotations.NullMarked;
