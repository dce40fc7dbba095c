package com.foobar.web.config;

import com.foobar.kit.LogSettings;
import com.foobar.kit.ManagementSettings;
import com.foobar.kit.ServiceSettings;
import com.foobar.kit.ShutdownSettings;
import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import com.foobar.kit.settings.HostPort;

/**
 * The settings of one web-service. None of them changes while it runs.
 *
 * @param listen the traffic port. On loopback unless told otherwise: whoever reaches it is believed about the client's
 *     address, so it belongs on a network that only the load balancers reach. Port 0 takes a free one
 */
public record WebSettings(
        @Default("web-1") @Description("name of this instance in logs and metrics")
        String instance,

        @Default("localhost:8101") @Description("address of the traffic port, to be reached by load balancers only")
        HostPort listen,

        @Description("the files of the site") ContentSettings content,

        @Description("the way of /api to the application tier")
        GatewaySettings gateway,

        @Default("true") @Description("name this instance in the Server-Timing field of responses")
        boolean serverTiming,

        @Description("what one client may ask for") LimitSettings limits,

        @Description("how long a client may take") TimeoutSettings timeouts,

        @Default("{listen: 'localhost:9911'}") @Description("metrics, health, information")
        ManagementSettings management,

        @Description("logs") LogSettings log,

        @Description("stopping") ShutdownSettings shutdown)
        implements ServiceSettings {}
