/** What a person sees: progress, the table of instances, logs. */
@NullMarked
package com.foobar.deploy.stack.console;

import org.jspecify.annotations.NullMarked;
