package com.foobar.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTimingIT {
    @TempDir
    Path directory;

    @Test
    void namesTheInstanceInItsOwnAnswersAndInThoseOfServers() throws Exception {
        try (WebServer web = new WebServer("web-1");
                RunningLb lb = RunningLb.before(directory, "instance: lb-7\n", web)) {
            assertThat(timing(lb.get(lb.client(), "/"))).containsExactly("lb;desc=\"lb-7\"");
            assertThat(timing(lb.get(lb.client(), "/hang-up"))).containsExactly("lb;desc=\"lb-7\"");
        }
    }

    @Test
    void tellsNothingWhereThatIsSwitchedOff() throws Exception {
        try (WebServer web = new WebServer("web-1");
                RunningLb lb = RunningLb.before(directory, "server-timing: false\n", web)) {
            assertThat(timing(lb.get(lb.client(), "/"))).isEmpty();
        }
    }

    private static List<String> timing(HttpResponse<String> response) {
        return response.headers().allValues("Server-Timing");
    }
}
