/** What others see of a user, and who follows whom. */
@NullMarked
package com.foobar.app.profile;

import org.jspecify.annotations.NullMarked;
