package org.kvdock.l2.pd.security;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.kvdock.l2.pd.net.Wiring;

/**
 * TLS 1.3 and nothing older, with a certificate on both sides, each pinned: who connects must prove to have the key of
 * exactly one of the certificates that are in the key files. No authority, name or revocation list is asked. Validity is
 * looked at in every handshake.
 */
final class Tls implements Wiring {
    private final SSLContext context;
    private final List<Identity.Peer> peers;

    /** @param peers who may be at the other end */
    Tls(Identity identity, Collection<Identity.Peer> peers) {
        this.peers = List.copyOf(peers);
        try {
            char[] none = new char[0];
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, none);
            keys.setKeyEntry("identity", identity.key(), none, new Certificate[] {identity.certificate()});
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(keys, none);
            context = SSLContext.getInstance("TLSv1.3");
            context.init(factory.getKeyManagers(), new TrustManager[] {new Pinned()}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot do TLS 1.3 with these keys: " + e.getMessage(), e);
        }
    }

    @Override
    public SSLEngine engine(boolean connecting) {
        // Without the peer's address nothing is remembered for a next connection: every handshake is a full one.
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(connecting);
        engine.setNeedClientAuth(!connecting);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        return engine;
    }

    @Override
    public String peer(SSLSession session) throws IOException {
        try {
            return match(session.getPeerCertificates()[0]).name();
        } catch (CertificateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Identity.Peer match(Certificate shown) throws CertificateException {
        byte[] encoded = shown.getEncoded();
        for (Identity.Peer peer : peers) {
            Optional<X509Certificate> pinned = peer.certificate();
            if (pinned.isPresent() && MessageDigest.isEqual(pinned.get().getEncoded(), encoded)) {
                pinned.get().checkValidity();
                return peer;
            }
        }
        throw new CertificateException("the certificate with SHA-256 " + fingerprint(encoded) + " is of nobody that is known here");
    }

    private static String fingerprint(byte[] encoded) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(encoded), 0, 8) + "...";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts the pinned certificates. */
    private final class Pinned extends X509ExtendedTrustManager {
        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain == null || chain.length == 0) {
                throw new CertificateException("no certificate was shown");
            }
            match(chain[0]);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
