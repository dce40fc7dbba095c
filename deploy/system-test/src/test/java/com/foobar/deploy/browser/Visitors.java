package com.foobar.deploy.browser;

import com.foobar.deploy.running.RunningStack;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Those who come to the site, each with a window of their own. For the thread that runs the tests. */
final class Visitors implements AutoCloseable {
    private final Chromium chromium;
    private final RunningStack stack;
    private final List<Visitor> present = new ArrayList<>();

    Visitors(Chromium chromium, RunningStack stack) {
        this.chromium = chromium;
        this.stack = stack;
    }

    /** The site through the first balancer. */
    URI site() {
        return stack.site();
    }

    Visitor at(Screen screen) {
        return at(screen, ColorScheme.LIGHT, "lb-1");
    }

    /** @param balancer through which the site is opened */
    Visitor at(Screen screen, ColorScheme scheme, String balancer) {
        Visitor visitor = new Visitor(chromium.browser(), stack.site(balancer), screen, scheme);
        present.add(visitor);
        return visitor;
    }

    /** Closes all windows. */
    void leave() {
        present.forEach(Visitor::close);
        present.clear();
    }

    @Override
    public void close() {
        leave();
        chromium.close();
    }
}
