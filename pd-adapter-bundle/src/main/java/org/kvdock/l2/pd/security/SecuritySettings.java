package org.kvdock.l2.pd.security;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.kvdock.l2.BadConfigurationException;
import org.kvdock.l2.base.ConfigReader;

/**
 * What an adapter can be told about security.
 *
 * @param directory this end's key files; empty for no security
 * @param peerKey which of the peers in there is the receiver, on a sender that knows several
 * @param proxyKey which of the peers in there is the proxy; empty for a proxy without security
 * @param allowInsecure whether what is open to other machines may go without security
 */
public record SecuritySettings(
        Optional<Path> directory, Optional<String> peerKey, Optional<String> proxyKey, boolean allowInsecure) {
    /** The key that names the directory, for messages. */
    public static final String DIRECTORY = "security_dir";

    /** No security, and nothing open to other machines. */
    public static final SecuritySettings NONE = new SecuritySettings(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /**
     * @param config the adapter's configuration
     * @return its settings; no file is looked at
     * @throws BadConfigurationException if a value is not allowed, or does not fit another one
     */
    public static SecuritySettings read(ConfigReader config) {
        Optional<Path> directory = config.optionalText(
                        DIRECTORY, "directory with this end's key files, made by ./kvdock keys; needed off loopback")
                .map(text -> directory(DIRECTORY, text));
        Optional<String> peerKey = config.optionalText("peer_key", "sender: which peer in security_dir is the receiver");
        Optional<String> proxyKey = config.optionalText("proxy_key", "which peer in security_dir is the proxy");
        boolean insecure = config.flag(
                "allow_insecure", false, "start off loopback without security too, and warn at every start");
        if (directory.isEmpty() && (peerKey.isPresent() || proxyKey.isPresent())) {
            throw new BadConfigurationException(
                    DIRECTORY + ": is missing, must be given with " + (peerKey.isPresent() ? "peer_key" : "proxy_key"));
        }
        return new SecuritySettings(directory, peerKey, proxyKey, insecure);
    }

    /**
     * @param key the configuration key, for the message
     * @param text its value
     * @return the directory that it names; nothing is looked at
     * @throws BadConfigurationException if it is no absolute path
     */
    public static Path directory(String key, String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // falls through to the one message
        }
        throw new BadConfigurationException(key, text, "an absolute path");
    }
}
