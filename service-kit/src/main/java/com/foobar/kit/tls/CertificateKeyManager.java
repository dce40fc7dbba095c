package com.foobar.kit.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificates and their keys, as the JDK's TLS asks for them. Immutable.
 *
 * <p>Those are shown that carry the name that the client asks for (SNI, RFC 6066 §3), or else those with a wildcard for it, or else the
 * first. Of several for one name the one is shown whose kind of key the client can use.
 */
final class CertificateKeyManager extends X509ExtendedKeyManager {
    private final List<TlsIdentity> identities;
    private final List<List<String>> names;

    /** @param identities one at least */
    CertificateKeyManager(List<TlsIdentity> identities) {
        this.identities = List.copyOf(identities);
        this.names = identities.stream().map(identity -> identity.names()).toList();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        for (int index : candidates(requestedName(engine))) {
            if (identities.get(index).key().getAlgorithm().equals(keyType)) {
                return Integer.toString(index);
            }
        }
        return null;
    }

    private static @Nullable String requestedName(@Nullable SSLEngine engine) {
        SSLSession session = engine == null ? null : engine.getHandshakeSession();
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    private List<Integer> candidates(@Nullable String name) {
        if (name != null) {
            List<Integer> exact = carrying(name);
            if (!exact.isEmpty()) {
                return exact;
            }
            int dot = name.indexOf('.');
            List<Integer> wildcard = dot < 0 ? List.of() : carrying("*" + name.substring(dot));
            if (!wildcard.isEmpty()) {
                return wildcard;
            }
        }
        return List.of(0);
    }

    private List<Integer> carrying(String name) {
        List<Integer> found = new ArrayList<>(2);
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).contains(name)) {
                found.add(i);
            }
        }
        return found;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identities.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identities.get(Integer.parseInt(alias)).key();
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}
