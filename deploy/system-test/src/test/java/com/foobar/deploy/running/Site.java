package com.foobar.deploy.running;

import java.net.URI;
import java.nio.file.Path;

/** A site to be visited, however it is run. */
public interface Site {
    /** The site through that balancer. */
    URI site(String balancer);

    /** The certificate authority that signed the balancers' certificates, PEM. */
    Path authority();

    /** The management port of an instance. */
    URI management(String instance);
}
