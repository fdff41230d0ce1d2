package org.kvdock.cli.lab.fault;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.kvdock.cli.launch.HostEvent;
import org.kvdock.l2.ErrorCode;

/** Ends with keys that nobody knows, and ends without any, under TLS 1.3 and CURVE with pinned keys. */
final class WrongKeys {
    private static final String NAME = "wrong-key";
    private static final Duration DEADLINE = Duration.ofMillis(2000);

    private WrongKeys() {}

    static List<Scenario> scenarios() {
        return List.of(
                uninvited("", "a sender whose key the receiver does not know is refused; the one that it knows is served",
                        Map.of("security_dir", "stranger")),
                uninvited("plain", "a sender without security is refused by a receiver with it; the one with a key is served",
                        Map.of("security_dir", "", "peer_key", "")),
                replaced("", "somebody with another key stands in the receiver's place; the sender tells it nothing", "impostor"),
                replaced("plain", "somebody without security stands in the receiver's place; the sender tells it nothing", ""),
                asking());
    }

    private static Scenario uninvited(String variant, String does, Map<String, String> different) {
        return new Scenario(NAME, Side.SENDER, Step.HELLO, Channel.TLS, variant, does, stage -> {
            stage.deadline(DEADLINE).open();
            Stored refused = stage.store(stage.another("uninvited", located(stage, different)), stage.count());
            // Somebody else's trouble is not ours.
            stage.succeeds(stage.store());
            stage.endsAs(refused, ErrorCode.DEADLINE, ErrorCode.PEER_LOST, ErrorCode.PEER_REFUSED, ErrorCode.PROTOCOL);
            if (stage.status(Side.RECEIVER).number("refused") == 0) {
                throw new Trouble("the receiver has told of no refusal");
            }
        });
    }

    private static Map<String, String> located(Stage stage, Map<String, String> different) throws Exception {
        return different.get("security_dir").isEmpty() ? different : Map.of("security_dir", stage.keys(different.get("security_dir")));
    }

    private static Scenario replaced(String variant, String does, String keys) {
        return new Scenario(NAME, Side.RECEIVER, Step.HELLO, Channel.TLS, variant, does, stage -> {
            stage.deadline(DEADLINE).set(Side.RECEIVER, "security_dir", keys.isEmpty() ? "" : stage.keys(keys)).open();
            stage.endsAs(stage.store(), ErrorCode.DEADLINE, ErrorCode.PEER_LOST, ErrorCode.PEER_REFUSED, ErrorCode.PROTOCOL);
            if (stage.status(Side.RECEIVER).number("objects") != 0) {
                throw new Trouble("the wrong receiver has chunks");
            }
            stage.retire(Side.RECEIVER);
            stage.set(Side.RECEIVER, "security_dir", stage.keys("receiver"));
            stage.restart(Side.RECEIVER);
        });
    }

    private static Scenario asking() {
        return new Scenario(
                NAME, Side.SENDER, Step.LOAD, Channel.TLS, "",
                "a sender whose key the receiver does not know asks what it holds; it is not answered, the one that it knows is",
                stage -> {
                    stage.deadline(DEADLINE).open();
                    Stored stored = stage.store();
                    stage.succeeds(stored);
                    String look = "look " + stored.first() + " " + stored.count() + " " + stage.bytes();
                    End stranger = stage.another("uninvited", Map.of("security_dir", stage.keys("stranger")));
                    HostEvent told = stranger.ask(look);
                    if (told.text("held").contains("1")) {
                        throw new Trouble("a stranger was told of chunks: " + told.texts());
                    }
                    HostEvent known = stage.sender().ask(look);
                    if (!Stage.all(known, "held")) {
                        throw new Trouble("the sender was not told of its chunks: " + known.texts());
                    }
                });
    }
}
