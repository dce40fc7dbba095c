package com.foobar.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.MalformedMessage;

/** Whatever {@code Connection} nominates: fields of the connection do not get past us, and those that tell who asks for what do. */
class HopByHopFieldsFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void strips(FuzzedDataProvider data) {
        Fields request = fields(data);
        Fields response = fields(data);
        try {
            HopByHopFields.stripRequest(request);
            assertEndToEnd(request);
        } catch (MalformedMessage e) {
            assertThat(e.status()).isEqualTo(400);
        }
        HopByHopFields.stripResponse(response);
        assertEndToEnd(response);
    }

    private static Fields fields(FuzzedDataProvider data) {
        Fields fields = Fields.none();
        fields.add(FieldName.HOST, "www.foobar.com");
        for (int i = data.consumeInt(1, 3); i > 0; i--) {
            fields.add(FieldName.CONNECTION, data.consumeAsciiString(100));
        }
        fields.add(FieldName.TE, data.consumeAsciiString(20));
        HopByHopFields.acceptsTrailers(fields);
        fields.add(FieldName.UPGRADE, data.consumeAsciiString(20));
        return fields;
    }

    private static void assertEndToEnd(Fields fields) {
        assertThat(fields.get(FieldName.HOST)).isEqualTo("www.foobar.com");
        assertThat(fields.has(FieldName.CONNECTION)).isFalse();
        assertThat(fields.has(FieldName.TE)).isFalse();
        assertThat(fields.has(FieldName.UPGRADE)).isFalse();
    }
}
