package com.foobar.deploy.load.site;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** One request to a site before there are thousands: what is wrong with the address or the certificate is said once and clearly. */
final class FirstRequest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient client;

    private FirstRequest(SSLContext context) {
        client = HttpClient.newBuilder()
                .connectTimeout(LIMIT)
                .sslContext(context)
                .build();
    }

    static FirstRequest trusting(TrustedAuthorities authorities) {
        return of(authorities::context);
    }

    /** Trusting the authorities of this JVM. */
    static FirstRequest trustingTheJvm() {
        return of(SSLContext::getDefault);
    }

    /** Trusting any certificate. */
    static FirstRequest trustingAnybody() {
        return of(() -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAnybody()}, null);
            return context;
        });
    }

    /** @throws SiteUnusable when the API of the site does not answer a simple question */
    void send(URI site) {
        URI question = site.resolve("/api/tags");
        try {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(question).timeout(LIMIT).build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !answer.body().contains("\"tags\"")) {
                throw new SiteUnusable(
                        question + " answers " + answer.statusCode() + ", which is not what this site's API answers",
                        null);
            }
        } catch (SSLHandshakeException e) {
            throw new SiteUnusable(
                    site + ": its certificate is not accepted: "
                            + Objects.toString(e.getMessage()).replaceFirst("\\.$", "")
                            + ". Name the PEM file of its authority (ca), or trust any (insecure=true)",
                    e);
        } catch (ConnectException e) {
            throw new SiteUnusable(site + ": no connection can be made. Is the site up?", e);
        } catch (IOException e) {
            throw new SiteUnusable(question + " is not answered: " + Objects.toString(e.getMessage(), e.toString()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SiteUnusable("interrupted", e);
        }
    }

    private static FirstRequest of(Trust trust) {
        try {
            return new FirstRequest(trust.context());
        } catch (GeneralSecurityException e) {
            throw new SiteUnusable("TLS is not available: " + e, e);
        }
    }

    private interface Trust {
        SSLContext context() throws GeneralSecurityException;
    }

    /** Extended, as the JDK then leaves the host's name to it as well. */
    private static final class TrustAnybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
