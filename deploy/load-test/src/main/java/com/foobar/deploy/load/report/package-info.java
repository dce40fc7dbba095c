/** What a run has found, for people. */
@NullMarked
package com.foobar.deploy.load.report;

import org.jspecify.annotations.NullMarked;
