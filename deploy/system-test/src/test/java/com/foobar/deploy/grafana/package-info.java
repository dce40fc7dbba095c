/** The provisioned dashboard as data: no Grafana is run. */
@NullMarked
package com.foobar.deploy.grafana;

import org.jspecify.annotations.NullMarked;
