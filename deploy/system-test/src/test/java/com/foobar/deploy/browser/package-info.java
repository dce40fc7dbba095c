/**
 * The site as its readers meet it: in Chromium, over HTTPS, through every tier of a running stack. A {@link
 * com.foobar.deploy.browser.Visitor} is one of them, with a browser window of their own.
 */
@NullMarked
package com.foobar.deploy.browser;

import org.jspecify.annotations.NullMarked;
