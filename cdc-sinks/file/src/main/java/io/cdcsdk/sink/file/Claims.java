package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LaneLost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The lanes that one sink has claimed, and the epochs under which it did. To be used under the directory's lock. */
final class Claims {
    private final StateFolder folder;
    private final Map<String, Long> epochs = new HashMap<>();

    Claims(StateFolder folder) {
        this.folder = folder;
    }

    /** Claims a lane with a higher epoch than anybody before, unless it is this sink's already. */
    void claim(String lane, WorkFolder work) throws IOException {
        if (epochs.containsKey(lane)) {
            check(lane);
            return;
        }
        Path path = folder.claim(lane);
        long epoch = epoch(path) + 1;
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", StateFile.VERSION);
        tree.put("lane", lane);
        tree.put("epoch", epoch);
        Path temporary = work.next("claim");
        work.disk().write(temporary, JsonTree.write(tree));
        work.disk().rename(temporary, path);
        work.disk().syncDirectory(folder.lanes());
        epochs.put(lane, epoch);
    }

    private static long epoch(Path path) throws IOException {
        return Files.exists(path) ? StateFile.read(path).number("epoch") : 0;
    }

    /**
     * Makes sure that nobody has claimed a lane since this sink did.
     *
     * @throws LaneLost if somebody has
     * @throws Fatal if this sink never claimed it
     */
    void check(String lane) throws IOException {
        requireClaimed(lane);
        long epoch = epoch(folder.claim(lane));
        if (epoch != epochs.getOrDefault(lane, 0L)) {
            throw new LaneLost(
                    lane,
                    "lane '" + lane + "' in " + folder.directory()
                            + " has been claimed by another sink; this one must not go on. Nothing was changed");
        }
    }

    /** Makes sure of {@link #check(String)} for several lanes. */
    void check(Set<String> lanes) throws IOException {
        for (String lane : lanes) {
            check(lane);
        }
    }

    void requireClaimed(String lane) {
        if (!epochs.containsKey(lane)) {
            throw new Fatal("lane '" + lane + "' was not claimed before it was written");
        }
    }
}
