package com.foobar.dbrouter.pool;

/**
 * What cannot be changed on a server connection once it is open, but for its taking several statements in one text. A session is only ever given connections of its own key,
 * which is what allows packets to pass unchanged, or converted without knowing what they are about.
 *
 * @param user one char per byte
 * @param capabilities of {@link com.foobar.dbrouter.protocol.CapabilityFlags#RELAYED}
 */
public record ConnectionKey(String user, long capabilities) {}
