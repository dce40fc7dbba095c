package com.foobar.deploy.load.site;

import com.foobar.deploy.load.settings.LoadSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The site's addresses, and whom to trust there. */
public final class SiteAccess {
    private final List<URI> sites;
    private final FirstRequest request;
    private final String trusted;

    private SiteAccess(List<URI> sites, FirstRequest request, String trusted) {
        this.sites = sites;
        this.request = request;
        this.trusted = trusted;
    }

    /**
     * Where settings name an authority, makes this JVM trust it as well.
     *
     * @throws SiteUnusable when the authority's file has no certificate
     */
    public static SiteAccess of(LoadSettings settings) {
        Path ca = settings.ca();
        if (settings.insecure()) {
            return new SiteAccess(settings.baseUrls(), FirstRequest.trustingAnybody(), "trusting any certificate");
        }
        if (ca == null) {
            return new SiteAccess(
                    settings.baseUrls(), FirstRequest.trustingTheJvm(), "trusting the authorities of this JVM");
        }
        TrustedAuthorities authorities = TrustedAuthorities.with(ca);
        authorities.makeDefault();
        return new SiteAccess(
                settings.baseUrls(),
                FirstRequest.trusting(authorities),
                "trusting " + ca.toAbsolutePath().normalize());
    }

    /** @throws SiteUnusable when one of the addresses does not answer as the site does */
    public void check() {
        sites.forEach(request::send);
    }

    /** Whom it trusts, for people. */
    @Override
    public String toString() {
        return trusted;
    }
}
