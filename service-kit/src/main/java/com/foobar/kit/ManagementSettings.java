package com.foobar.kit;

import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;

/**
 * The management port: metrics, health, information.
 *
 * @param listen where it listens; loopback unless told otherwise, because it has no authentication. Port 0 takes a free one
 */
public record ManagementSettings(
        @Description("address of the management port (/metrics, /health/live, /health/ready, /info)")
        HostPort listen) {}
