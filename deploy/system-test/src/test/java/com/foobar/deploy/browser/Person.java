package com.foobar.deploy.browser;

import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who has, or is about to have, an account. */
record Person(String username, String email, String password) {
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Somebody nobody has heard of. */
    static Person unknown() {
        String name = "reader" + Long.toString(System.nanoTime(), 36) + COUNT.incrementAndGet();
        return new Person(name, name + "@example.org", "correct horse " + name);
    }

    String profile() {
        return "/profile/" + username;
    }

    String navbarLink() {
        return "nav a[href='" + profile() + "']";
    }
}
