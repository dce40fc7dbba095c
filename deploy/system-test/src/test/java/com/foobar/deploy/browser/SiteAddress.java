package com.foobar.deploy.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;

/** Where the site under test is: at the system property {@code site.address}. */
final class SiteAddress {
    private SiteAddress() {}

    static URI findOrSkip() {
        String address = System.getProperty("site.address");
        assumeTrue(address != null, "no site to look at: set -Dsite.address=https://localhost:8443/");
        return URI.create(address);
    }
}
