package com.foobar.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Protocol;
import com.foobar.http.message.RequestHead;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcStatusTest {
    @ParameterizedTest
    @CsvSource({
        "400, 13", "401, 16", "403, 7", "404, 12", "405, 2", "408, 2", "413, 8", "414, 8", "417, 2", "429, 14",
        "431, 8", "499, 2", "500, 2", "502, 14", "503, 14", "504, 14"
    })
    void makesACodeOfAStatus(int http, int grpc) {
        assertThat(GrpcStatus.of(http)).isEqualTo(grpc);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_2, application/grpc, true",
        "HTTP_2, application/grpc+proto, true",
        "HTTP_2, application/GRPC;charset=utf-8, true",
        "HTTP_2, application/grpc-web, false",
        "HTTP_2, application/grpc-web+proto, false",
        "HTTP_2, application/json, false",
        "HTTP_1_1, application/grpc, false"
    })
    void isForCallsOfGrpc(Protocol protocol, String type, boolean wanted) {
        RequestHead head = new RequestHead();
        head.protocol(protocol);
        head.fields().add(FieldName.CONTENT_TYPE, type);
        assertThat(GrpcStatus.isWanted(head)).isEqualTo(wanted);
    }

    @Test
    void encodesWhatIsNotVisible() {
        assertThat(GrpcStatus.encode("100 % \u00fc\n")).isEqualTo("100 %25 %C3%BC%0A");
    }
}
