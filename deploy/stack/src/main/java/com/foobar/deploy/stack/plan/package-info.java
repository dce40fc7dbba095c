/** What runs where: the instances of the default stack and their ports. */
@NullMarked
package com.foobar.deploy.stack.plan;

import org.jspecify.annotations.NullMarked;
