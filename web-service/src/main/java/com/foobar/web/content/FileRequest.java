package com.foobar.web.content;

import com.foobar.http.message.FieldName;
import com.foobar.http.message.Fields;
import com.foobar.http.message.Method;
import com.foobar.http.message.RequestHead;
import com.foobar.web.conditional.Preconditions;
import org.jspecify.annotations.Nullable;

/**
 * What of a request matters to the answer with a file; kept while the file is looked up, which the head may not be.
 *
 * @param method GET or HEAD
 */
record FileRequest(
        Method method,
        Preconditions preconditions,
        @Nullable String range,
        @Nullable String acceptEncoding,
        @Nullable String accept) {

    static FileRequest of(RequestHead head) {
        Fields fields = head.fields();
        return new FileRequest(
                head.method(),
                preconditions(fields),
                // Two Range fields are as good as none: which one counts is nowhere said.
                fields.joined(FieldName.RANGE),
                fields.joined(FieldName.ACCEPT_ENCODING),
                fields.joined(FieldName.ACCEPT));
    }

    private static Preconditions preconditions(Fields fields) {
        boolean none = !fields.has(FieldName.IF_NONE_MATCH)
                && !fields.has(FieldName.IF_MODIFIED_SINCE)
                && !fields.has(FieldName.IF_MATCH)
                && !fields.has(FieldName.IF_UNMODIFIED_SINCE)
                && !fields.has(FieldName.IF_RANGE);
        if (none) {
            return Preconditions.NONE;
        }
        return new Preconditions(
                fields.joined(FieldName.IF_MATCH),
                fields.joined(FieldName.IF_UNMODIFIED_SINCE),
                fields.joined(FieldName.IF_NONE_MATCH),
                fields.joined(FieldName.IF_MODIFIED_SINCE),
                fields.joined(FieldName.IF_RANGE));
    }

    /**
     * Whether a page may be sent (RFC 9110 §12.5.1): what names HTML decides, then {@code text/*}, then everything. A client
     * that says nothing takes anything.
     */
    boolean acceptsHtml() {
        return accept == null || Accept.allows(accept, "text", "html");
    }
}
