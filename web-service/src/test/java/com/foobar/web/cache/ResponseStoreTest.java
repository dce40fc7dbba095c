package com.foobar.web.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ResponseStoreTest {
    private static final Fields ANY = new Fields();

    @Test
    void staysWithinItsBytesAndKeepsWhatIsUsed() {
        ResponseStore store = new ResponseStore(20_000);
        for (int i = 0; i < 100; i++) {
            assertThat(store.put(response("/" + i, 1000, null), store.generation("/" + i)))
                    .isTrue();
            assertThat(store.bytes()).isLessThanOrEqualTo(20_000);
            assertThat(store.find("/0", ANY)).isNotNull();
        }
        assertThat(store.find("/99", ANY)).isNotNull();
        assertThat(store.find("/50", ANY)).isNull();
        assertThat(store.evictions()).isEqualTo(100 - store.count());
        assertThat(store.put(response("/huge", 30_000, null), store.generation("/huge")))
                .isFalse();
        store.invalidateIf(key -> true);
        assertThat(store.bytes()).isZero();
        assertThat(store.count()).isZero();
    }

    @Test
    void replacesTheResponseForTheSameRequestsAndBoundsTheOthers() {
        ResponseStore store = new ResponseStore(10_000_000);
        for (int i = 0; i < 40; i++) {
            store.put(response("/v", 10, "agent-" + i), store.generation("/v"));
            store.put(response("/v", 10, "agent-" + i), store.generation("/v"));
        }
        assertThat(store.count()).isEqualTo(16);
        assertThat(store.find("/v", request("agent-39"))).isNotNull();
        assertThat(store.find("/v", request("agent-0"))).isNull();
        assertThat(store.has("/v")).isTrue();
        assertThat(store.invalidate("/v")).isEqualTo(16);
        assertThat(store.bytes()).isZero();
    }

    @Test
    void takesNothingThatWasAskedForBeforeItsKeyBecameInvalid() {
        ResponseStore store = new ResponseStore(100_000);
        long before = store.generation("/a");
        store.invalidate("/a");
        assertThat(store.put(response("/a", 10, null), before)).isFalse();
        long later = store.generation("/a");
        store.invalidateIf(key -> false);
        assertThat(store.put(response("/a", 10, null), later)).isFalse();
        assertThat(store.put(response("/a", 10, null), store.generation("/a"))).isTrue();
    }

    @Test
    void boundsWhatIsOnItsWayIn() {
        ResponseStore store = new ResponseStore(1000);
        Filling first = Objects.requireNonNull(Filling.open(store, 900, 10_000));
        assertThat(Filling.open(store, 200, 10_000)).isNull();
        first.close();
        assertThat(store.incoming()).isZero();
        assertThat(Filling.open(store, 200, 100)).isNull();
    }

    private static Fields request(String agent) {
        Fields request = new Fields();
        request.add(FieldName.USER_AGENT, agent);
        return request;
    }

    private static StoredResponse response(String key, int size, String agent) {
        Fields fields = new Fields();
        fields.add(FieldName.CACHE_CONTROL, "max-age=60");
        if (agent != null) {
            fields.add(FieldName.VARY, "User-Agent");
        }
        StoragePolicy policy = Objects.requireNonNull(StoragePolicy.of(200, fields, false, 0, 0));
        Vary vary = Objects.requireNonNull(Vary.of(fields, agent == null ? ANY : request(agent)));
        return StoredResponse.of(key, 200, fields, new byte[size], vary, policy);
    }
}
