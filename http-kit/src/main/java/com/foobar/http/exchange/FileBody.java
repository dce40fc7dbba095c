package com.foobar.http.exchange;

import java.nio.channels.FileChannel;

/**
 * A range of an open file as the body of a response. The stream that gets it closes the channel, also when the client goes away.
 *
 * @param channel open for reading
 * @param position of the first byte
 * @param count bytes, all of which the file must have
 */
public record FileBody(FileChannel channel, long position, long count) {}
