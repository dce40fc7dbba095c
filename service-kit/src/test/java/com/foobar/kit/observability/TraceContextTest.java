package com.foobar.kit.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String FIELD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void readsAndWritesTheField() {
        TraceContext context = Objects.requireNonNull(TraceContext.parse(FIELD));

        assertThat(context).isEqualTo(new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true));
        assertThat(context.header()).isEqualTo(FIELD);
    }

    @Test
    void readsALaterVersionsKnownPart() {
        assertThat(TraceContext.parse("01" + FIELD.substring(2) + "-more")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01",
                "00x0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void startsAnewWhereTheFieldIsNotValid(String field) {
        assertThat(TraceContext.parse(field)).isNull();
    }

    @Test
    void keepsTheTraceInAChild() {
        TraceContext root = TraceContext.root();
        TraceContext child = root.child();

        assertThat(child.traceId()).isEqualTo(root.traceId());
        assertThat(child.spanId()).isNotEqualTo(root.spanId());
        assertThat(TraceContext.parse(child.header())).isEqualTo(child);
    }

    @Test
    void makesRequestIdsThatItAccepts() {
        String id = RequestId.make();

        assertThat(id).hasSize(20);
        assertThat(RequestId.isAcceptable(id)).isTrue();
        assertThat(RequestId.make()).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a\nb", "é", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void refusesRequestIdsThatCouldForgeALine(String id) {
        assertThat(RequestId.isAcceptable(id)).isFalse();
    }
}
