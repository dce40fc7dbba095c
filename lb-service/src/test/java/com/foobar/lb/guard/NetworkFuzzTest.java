package com.foobar.lb.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.kit.net.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Whatever stands where a network is expected: it is one, which is written as it is read and has its own first address in it, or it is refused. */
class NetworkFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void parses(FuzzedDataProvider data) throws UnknownHostException {
        Network network;
        try {
            network = Network.parse(data.consumeRemainingAsString());
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(Network.parse(network.toString())).isEqualTo(network).hasSameHashCodeAs(network);
        String text = network.toString();
        assertThat(network.contains(InetAddress.getByName(text.substring(0, text.indexOf('/')))))
                .isTrue();
    }
}
