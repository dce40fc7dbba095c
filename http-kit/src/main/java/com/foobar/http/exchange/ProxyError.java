package com.foobar.http.exchange;

import com.foobar.http.message.MalformedMessage;
import java.time.Duration;

/**
 * Why a request could not be answered as it was meant: who failed, and with which numbers. {@link ErrorResponses} makes an answer of it; {@link #code()} is what access logs and
 * metrics call it.
 */
public sealed interface ProxyError {
    /** The status of the answer, or, where nobody is left to answer, of the access log. */
    int status();

    /** A fixed word for logs and metrics, such as {@code connect-failed}. */
    String code();

    /** A sentence for the client: no address or name of what is behind us. */
    String detail();

    /** What an operator would ask for next; may name servers. */
    default String diagnosis() {
        return detail();
    }

    /** The request broke the rules of its framing, or a limit. */
    record Malformed(int status, String detail) implements ProxyError {
        public static Malformed from(MalformedMessage malformed) {
            return new Malformed(malformed.status(), malformed.detail());
        }

        @Override
        public String code() {
            return "malformed";
        }
    }

    /** The head was not complete in time. */
    record HeadTimeout(Duration limit) implements ProxyError {
        @Override
        public int status() {
            return 408;
        }

        @Override
        public String code() {
            return "head-timeout";
        }

        @Override
        public String detail() {
            return "The request's head was not complete within " + limit.toMillis() + " ms.";
        }
    }

    /** The body stopped flowing. */
    record BodyTimeout(Duration limit, long received) implements ProxyError {
        @Override
        public int status() {
            return 408;
        }

        @Override
        public String code() {
            return "body-timeout";
        }

        @Override
        public String detail() {
            return "Nothing more of the request's body arrived for " + limit.toMillis() + " ms, after " + received
                    + " bytes.";
        }
    }

    /**
     * The body flows, but too slowly.
     *
     * @param rate bytes per second that it takes at least
     * @param waited for the client
     */
    record BodyTooSlow(long rate, long received, Duration waited) implements ProxyError {
        @Override
        public int status() {
            return 408;
        }

        @Override
        public String code() {
            return "body-too-slow";
        }

        @Override
        public String detail() {
            return "The request's body came more slowly than " + rate + " bytes per second: " + received + " bytes in "
                    + waited.toMillis() + " ms.";
        }
    }

    record BodyTooLarge(long limit) implements ProxyError {
        @Override
        public int status() {
            return 413;
        }

        @Override
        public String code() {
            return "body-too-large";
        }

        @Override
        public String detail() {
            return "The request's body is longer than " + limit + " bytes.";
        }
    }

    /** The client's address may not ask. */
    record Denied() implements ProxyError {
        @Override
        public int status() {
            return 403;
        }

        @Override
        public String code() {
            return "denied";
        }

        @Override
        public String detail() {
            return "Requests from this address are not answered here.";
        }
    }

    /** The client asks more often than it may. */
    record RateLimited(int retryAfterSeconds) implements ProxyError {
        @Override
        public int status() {
            return 429;
        }

        @Override
        public String code() {
            return "rate-limited";
        }

        @Override
        public String detail() {
            return "There were too many requests from this address; the next is answered in " + retryAfterSeconds
                    + " s.";
        }
    }

    /** The client has asked for more at the same time than it may. */
    record ConcurrencyLimited(int limit) implements ProxyError {
        @Override
        public int status() {
            return 429;
        }

        @Override
        public String code() {
            return "concurrency-limited";
        }

        @Override
        public String detail() {
            return "There are " + limit + " requests from this address already that are not yet answered.";
        }
    }

    record NotFound() implements ProxyError {
        @Override
        public int status() {
            return 404;
        }

        @Override
        public String code() {
            return "not-found";
        }

        @Override
        public String detail() {
            return "There is nothing at this address.";
        }
    }

    /** @param allow the methods that are allowed, as the {@code Allow} field lists them */
    record MethodNotAllowed(String allow) implements ProxyError {
        @Override
        public int status() {
            return 405;
        }

        @Override
        public String code() {
            return "method-not-allowed";
        }

        @Override
        public String detail() {
            return "The method is not allowed here.";
        }
    }

    /** The client closed its connection or cancelled its stream before the response had ended. Nobody is left to answer. */
    record ClientGone() implements ProxyError {
        @Override
        public int status() {
            return 499;
        }

        @Override
        public String code() {
            return "client-gone";
        }

        @Override
        public String detail() {
            return "The client closed the connection before the response had ended.";
        }
    }

    /** The client takes nothing of the response any more. */
    record ClientStalled(Duration limit) implements ProxyError {
        @Override
        public int status() {
            return 499;
        }

        @Override
        public String code() {
            return "client-stalled";
        }

        @Override
        public String detail() {
            return "The client took nothing of the response for " + limit.toMillis() + " ms.";
        }
    }

    /** No server of the backend may be asked. */
    record NoServer(String backend, String servers) implements ProxyError {
        @Override
        public int status() {
            return 503;
        }

        @Override
        public String code() {
            return "no-server";
        }

        @Override
        public String detail() {
            return "The service is not available at the moment.";
        }

        @Override
        public String diagnosis() {
            return "backend " + backend + ": no server can be asked (" + servers + ")";
        }
    }

    /** No connection to a server could be opened. */
    record ConnectFailed(String backend, String server, int attempts, String reason) implements ProxyError {
        /** The reason where the last server did not answer in time. */
        public static final String TIMEOUT = "connect timeout";

        public boolean timedOut() {
            return reason.equals(TIMEOUT);
        }

        @Override
        public int status() {
            return 503;
        }

        @Override
        public String code() {
            return "connect-failed";
        }

        @Override
        public String detail() {
            return "The service is not available at the moment.";
        }

        @Override
        public String diagnosis() {
            return "backend " + backend + ": no connection after " + attempts + " attempts, the last to " + server
                    + ": " + reason;
        }
    }

    /** All servers have as many requests as they may have, and no place in the queue was free, or the wait was too long. */
    record QueueExhausted(String backend, String servers, int waiting, Duration waited) implements ProxyError {
        @Override
        public int status() {
            return 503;
        }

        @Override
        public String code() {
            return "queue-exhausted";
        }

        @Override
        public String detail() {
            return "The service is overloaded at the moment.";
        }

        @Override
        public String diagnosis() {
            return "backend " + backend + ": each server has as many requests as maxconn says (" + servers + "), "
                    + waiting + " requests waiting, this one for " + waited.toMillis() + " ms";
        }
    }

    /** The server's answer was no HTTP, broke off, or never began before the connection closed. */
    record BadResponse(String backend, String server, String reason) implements ProxyError {
        @Override
        public int status() {
            return 502;
        }

        @Override
        public String code() {
            return "bad-response";
        }

        @Override
        public String detail() {
            return "The service behind this one answered wrongly.";
        }

        @Override
        public String diagnosis() {
            return "backend " + backend + ", server " + server + ": " + reason;
        }
    }

    /** The server did not answer in time, or stopped answering. */
    record ServerTimeout(String backend, String server, Duration limit) implements ProxyError {
        @Override
        public int status() {
            return 504;
        }

        @Override
        public String code() {
            return "server-timeout";
        }

        @Override
        public String detail() {
            return "The service behind this one did not answer in time.";
        }

        @Override
        public String diagnosis() {
            return "backend " + backend + ", server " + server + ": nothing received for " + limit.toMillis() + " ms";
        }
    }

    /**
     * The whole exchange took longer than it may.
     *
     * @param clientAwaited whether it was the client that was waited for in the end: to go on with its request, or to take what there was of the answer
     */
    record TotalTimeout(String backend, Duration limit, boolean clientAwaited) implements ProxyError {
        @Override
        public int status() {
            return 504;
        }

        @Override
        public String code() {
            return "total-timeout";
        }

        @Override
        public String detail() {
            return "The request took longer than " + limit.toMillis() + " ms.";
        }

        @Override
        public String diagnosis() {
            return "backend " + backend + ": not over after " + limit.toMillis() + " ms, waiting for the "
                    + (clientAwaited ? "client" : "server");
        }
    }

    /** Somebody has put a maintenance page there. */
    record Maintenance(ErrorPages.Page page) implements ProxyError {
        @Override
        public int status() {
            return 503;
        }

        @Override
        public String code() {
            return "maintenance";
        }

        @Override
        public String detail() {
            return "The service is being worked on.";
        }
    }

    /** We are about to stop and take no new work. */
    record Draining() implements ProxyError {
        @Override
        public int status() {
            return 503;
        }

        @Override
        public String code() {
            return "draining";
        }

        @Override
        public String detail() {
            return "The service is about to stop.";
        }
    }

    /** A defect of ours; logged where it is turned into this. */
    record Internal() implements ProxyError {
        @Override
        public int status() {
            return 500;
        }

        @Override
        public String code() {
            return "internal";
        }

        @Override
        public String detail() {
            return "Something went wrong here.";
        }
    }
}
