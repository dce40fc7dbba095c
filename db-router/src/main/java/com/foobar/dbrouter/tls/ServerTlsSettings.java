package com.foobar.dbrouter.tls;

import com.foobar.kit.settings.Default;
import com.foobar.kit.settings.Description;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards the servers.
 *
 * @param mode whether, and what of the server's certificate is verified
 * @param ca PEM certificates of trusted authorities, for the two modes that verify; null for those of the Java platform
 */
public record ServerTlsSettings(
        @Default("preferred")
        @Description("disabled, preferred, required, verify-ca or verify-identity, as ssl-mode of MySQL's clients")
        ServerTlsMode mode,

        @Description("authorities to trust, PEM; none: those of the Java platform") @Nullable
        Path ca) {
    public ServerTlsSettings {
        if (ca != null && !mode.verifies()) {
            throw new IllegalArgumentException("ca: " + ca
                    + " (expected: none, as this mode verifies nothing; or mode verify-ca or verify-identity)");
        }
    }
}
