/** The site as it is before load is put on it: whether it answers, and whom to trust for its certificate. */
@NullMarked
package com.foobar.deploy.load.site;

import org.jspecify.annotations.NullMarked;
