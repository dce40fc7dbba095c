package com.foobar.http.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** However a PROXY header is cut, it is the same header, leaves the same bytes behind it, and is read again as it is written; or it is refused. */
class ProxyHeaderFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void header(byte[] bytes) throws ProxyHeader.Malformed {
        ByteBuf whole = Unpooled.copiedBuffer(bytes);
        ProxyHeader header;
        try {
            header = ProxyHeader.read(whole);
        } catch (ProxyHeader.Malformed refused) {
            return;
        }
        if (header == null) {
            assertThat(whole.readableBytes()).isEqualTo(bytes.length);
            return;
        }
        int length = bytes.length - whole.readableBytes();
        for (int cut = 0; cut < length; cut++) {
            assertThat(ProxyHeader.read(Unpooled.copiedBuffer(bytes, 0, cut))).isNull();
        }
        if (isMixed(header)) {
            return;
        }
        ByteBuf text = Unpooled.buffer();
        header.writeText(text);
        assertThat(ProxyHeader.read(text)).isEqualTo(header);
        ByteBuf binary = Unpooled.buffer();
        header.writeBinary(binary);
        assertThat(ProxyHeader.read(binary)).isEqualTo(header);
        assertThat(text.isReadable() || binary.isReadable()).isFalse();
    }

    /** One address is IPv6, the other an IPv4 address mapped to it, which to Java is IPv4: no header can say that, and none is sent. */
    private static boolean isMixed(ProxyHeader header) {
        return header.remote() != null
                && header.local() != null
                && header.remote().getAddress().getAddress().length
                        != header.local().getAddress().getAddress().length;
    }
}
