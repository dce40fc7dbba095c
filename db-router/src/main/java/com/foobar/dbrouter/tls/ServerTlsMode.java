package com.foobar.dbrouter.tls;

/** How connections to servers are protected, in the words of the MySQL clients' {@code --ssl-mode}. */
public enum ServerTlsMode {
    /** Never. */
    DISABLED,
    /** Where the server offers it. Who can change packets on the way can prevent it. */
    PREFERRED,
    /** Always, with whoever is there: protects from those who listen, not from those who answer in the server's place. */
    REQUIRED,
    /** Always, and the certificate is of a trusted authority. */
    VERIFY_CA,
    /** Always, the certificate is of a trusted authority and names the server's host. */
    VERIFY_IDENTITY;

    boolean verifies() {
        return this == VERIFY_CA || this == VERIFY_IDENTITY;
    }
}
