package com.foobar.http.proxy;

import com.foobar.http.backend.Backend;
import com.foobar.http.balance.Balancer;
import com.foobar.http.balance.Hash64;
import com.foobar.http.exchange.RequestStream;
import com.foobar.http.message.Cookies;
import com.foobar.http.message.Fields;
import com.foobar.http.message.RequestHead;
import java.util.Locale;

/** What of a request its server is chosen by, where a hash chooses. */
@FunctionalInterface
interface RequestKey {
    /** The hash, or {@link Balancer#NO_KEY} where the request lacks what is hashed. */
    long of(RequestStream stream);

    /** As the backend's {@code balance} says. */
    static RequestKey of(Backend backend) {
        String name = backend.hashName();
        return switch (backend.balance()) {
            case SOURCE -> stream -> Hash64.of(stream.record().clientHost());
            case URI -> stream -> path(stream.head());
            case HEADER -> {
                String lowerCase = name.toLowerCase(Locale.ROOT);
                yield stream -> header(stream.head().fields(), lowerCase);
            }
            case COOKIE -> stream -> cookie(stream.head().fields(), name);
            case RANDOM, ROUNDROBIN, LEASTCONN, EWMA, FIRST -> stream -> Balancer.NO_KEY;
        };
    }

    /** As in HAProxy, without the query. */
    private static long path(RequestHead head) {
        byte[] storage = head.fields().storage();
        int start = head.targetStart();
        int length = 0;
        while (length < head.targetLength() && storage[start + length] != '?') {
            length++;
        }
        return Hash64.of(storage, start, length);
    }

    private static long header(Fields fields, String lowerCase) {
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!fields.isRemoved(slot) && fields.nameIs(slot, lowerCase)) {
                return fields.valueLength(slot) == 0
                        ? Balancer.NO_KEY
                        : Hash64.of(fields.storage(), fields.valueStart(slot), fields.valueLength(slot));
            }
        }
        return Balancer.NO_KEY;
    }

    private static long cookie(Fields fields, String name) {
        String value = Cookies.value(fields, name);
        return value == null || value.isEmpty() ? Balancer.NO_KEY : Hash64.of(value);
    }
}
