package com.foobar.web.cache;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.HttpDate;
import com.foobar.web.conditional.EntityTag;
import java.time.Instant;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A complete response to a GET, and for which requests it is. Nothing of it changes but the mark of use; shared by all event loops. */
final class StoredResponse {
    /** What is not kept: it belongs to one exchange, or is made anew for each. */
    private static final Set<String> NEVER_STORED =
            Set.of("age", "content-length", "x-request-id", "proxy-authentication-info");

    /** What a 304 does not change (RFC 9111 §3.2): it speaks of the body that we keep. */
    private static final Set<String> NEVER_UPDATED =
            Set.of("content-length", "content-encoding", "content-range", "content-type", "x-request-id");

    private final String key;
    private final int status;
    private final Fields fields;
    private final byte[] body;
    private final Vary vary;
    private final Freshness freshness;
    private final boolean authorized;
    private final @Nullable String tag;
    private volatile boolean used;

    private StoredResponse(
            String key, int status, Fields fields, byte[] body, Vary vary, Freshness freshness, boolean authorized) {
        this.key = key;
        this.status = status;
        this.fields = fields;
        this.body = body;
        this.vary = vary;
        this.freshness = freshness;
        this.authorized = authorized;
        this.tag = fields.get(FieldName.ETAG);
    }

    /** @param received fields of the response, hop-by-hop fields taken out */
    static StoredResponse of(String key, int status, Fields received, byte[] body, Vary vary, StoragePolicy policy) {
        return new StoredResponse(
                key,
                status,
                kept(received, policy.withheld(), policy.freshness().receivedAt()),
                body,
                vary,
                policy.freshness(),
                policy.authorized());
    }

    private static Fields kept(Fields received, Set<String> withheld, long receivedAt) {
        Fields kept = new Fields();
        for (int slot = 0; slot < received.slots(); slot++) {
            if (!received.isRemoved(slot)) {
                String name = received.name(slot).toLowerCase(Locale.ROOT);
                if (!NEVER_STORED.contains(name) && !withheld.contains(name)) {
                    kept.addFrom(received, slot);
                }
            }
        }
        if (!kept.has(FieldName.DATE)) {
            // RFC 9110 §6.6.1: its age cannot be told later without.
            kept.add(FieldName.DATE, HttpDate.format(Instant.ofEpochMilli(receivedAt)));
        }
        return kept;
    }

    /** The fields with those that a 304 brings in the place of their namesakes (RFC 9111 §3.2). */
    Fields updatedBy(Fields notModified) {
        Set<String> newer = new HashSet<>();
        for (int slot = 0; slot < notModified.slots(); slot++) {
            if (!notModified.isRemoved(slot)) {
                newer.add(notModified.name(slot).toLowerCase(Locale.ROOT));
            }
        }
        newer.removeAll(NEVER_UPDATED);
        Fields merged = new Fields();
        for (int slot = 0; slot < fields.slots(); slot++) {
            if (!newer.contains(fields.name(slot).toLowerCase(Locale.ROOT))) {
                merged.addFrom(fields, slot);
            }
        }
        for (int slot = 0; slot < notModified.slots(); slot++) {
            if (!notModified.isRemoved(slot)
                    && newer.contains(notModified.name(slot).toLowerCase(Locale.ROOT))) {
                merged.addFrom(notModified, slot);
            }
        }
        return merged;
    }

    /** Whether the response to HEAD describes what is stored (RFC 9111 §4.3.5). */
    boolean isDescribedBy(Fields head, long contentLength) {
        String newTag = head.get(FieldName.ETAG);
        String newDate = head.get(FieldName.LAST_MODIFIED);
        String date = fields.get(FieldName.LAST_MODIFIED);
        return (newTag == null || newTag.equals(tag))
                && (newDate == null || newDate.equals(date))
                && (contentLength < 0 || contentLength == body.length);
    }

    /** The same body with other fields. */
    StoredResponse with(Fields merged, Vary newVary, StoragePolicy policy) {
        return of(key, status, merged, body, newVary, policy);
    }

    String key() {
        return key;
    }

    int status() {
        return status;
    }

    /** To be read only. */
    Fields fields() {
        return fields;
    }

    /** To be read only. */
    byte[] body() {
        return body;
    }

    Vary vary() {
        return vary;
    }

    Freshness freshness() {
        return freshness;
    }

    /** Null where it has none, or none that can be read. */
    @Nullable
    EntityTag tag() {
        return tag == null ? null : EntityTag.parse(tag);
    }

    /** When the content last changed, or else when the response was made, for If-Modified-Since (RFC 9111 §4.3.2). */
    @Nullable
    Instant modified() {
        Instant modified = Freshness.parse(fields.get(FieldName.LAST_MODIFIED));
        return modified != null ? modified : Freshness.parse(fields.get(FieldName.DATE));
    }

    boolean hasValidator() {
        return tag != null || fields.has(FieldName.LAST_MODIFIED);
    }

    /** Whether it may answer a request with these fields. */
    boolean isFor(Fields request) {
        return (authorized || !request.has(FieldName.AUTHORIZATION)) && vary.matches(request);
    }

    /** Bytes that it occupies, about. */
    long weight() {
        return 1024L + 2L * key.length() + fields.used() + body.length + vary.weight();
    }

    void use() {
        if (!used) {
            used = true;
        }
    }

    /** Whether it was used since this was last asked. */
    boolean takeUse() {
        boolean was = used;
        used = false;
        return was;
    }
}
