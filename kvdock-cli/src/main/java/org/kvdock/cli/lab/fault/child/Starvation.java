package org.kvdock.cli.lab.fault.child;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes every file descriptor that this process may still have, and gives them back. For one thread. */
final class Starvation {
    private final List<FileInputStream> taken = new ArrayList<>();

    /** @return how many there were */
    int begin() {
        try {
            for (;;) {
                taken.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return taken.size();
        }
    }

    void end() {
        for (FileInputStream file : taken) {
            try {
                file.close();
            } catch (IOException e) {
                // Nothing was written to it.
            }
        }
        taken.clear();
    }
}
