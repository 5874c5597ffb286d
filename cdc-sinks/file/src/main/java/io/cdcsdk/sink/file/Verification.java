package io.cdcsdk.sink.file;

import io.cdcsdk.api.Fatal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that the files of all tables are as their last commits left them. Reading them takes long, so neighbours are not
 * held up by it, unless they commit so often that there is no other way.
 */
final class Verification {
    /** Looks at the files of one table. */
    interface Check {
        /**
         * Reads the files.
         *
         * @throws Fatal if somebody else has changed or removed one
         */
        void verify(TableState state) throws IOException;
    }

    private record Result(long generation, @Nullable Fatal failure) {}

    private static final int ROUNDS_WITHOUT_LOCK = 3;

    private final OpenFolder open;
    private final Check check;
    private final Map<String, Result> results = new HashMap<>();

    Verification(OpenFolder open, Check check) {
        this.open = open;
        this.check = check;
    }

    static Verification of(OpenFolder open, StateFolder folder) {
        return new Verification(open, state -> verify(state, folder));
    }

    /**
     * The states of all tables, each verified in the generation that it has here.
     *
     * @throws Fatal if somebody else has changed or removed a file
     */
    List<TableState> states() throws IOException {
        for (int round = 0; round < ROUNDS_WITHOUT_LOCK; round++) {
            List<TableState> states = open.locked(open::states);
            List<TableState> unknown = unknown(states);
            if (unknown.isEmpty()) {
                return states;
            }
            unknown.forEach(this::tryToVerify);
        }
        return open.locked(() -> {
            List<TableState> states = open.states();
            for (TableState state : unknown(states)) {
                check.verify(state);
            }
            return states;
        });
    }

    /** The states that were not verified yet; one that failed and has not moved since is damaged indeed. */
    private List<TableState> unknown(List<TableState> states) {
        List<TableState> unknown = new ArrayList<>();
        for (TableState state : states) {
            Result result = results.get(state.target());
            if (result == null || result.generation != state.generation()) {
                unknown.add(state);
            } else if (result.failure != null) {
                throw result.failure;
            }
        }
        return unknown;
    }

    private void tryToVerify(TableState state) {
        try {
            check.verify(state);
            results.put(state.target(), new Result(state.generation(), null));
        } catch (Fatal e) {
            results.put(state.target(), new Result(state.generation(), e));
        } catch (IOException e) {
            // The file may have been replaced while it was read; if not, that happens again under the lock.
            results.remove(state.target());
        }
    }

    private static void verify(TableState state, StateFolder folder) throws IOException {
        TableState.DataFile file = state.file();
        if (file != null) {
            verify(state, folder, folder.directory().resolve(file.name()), file.stored());
        }
        for (Run run : state.runs()) {
            verify(state, folder, run.path(), run.stored());
        }
    }

    private static void verify(TableState state, StateFolder folder, Path path, Stored stored) throws IOException {
        if (stored.isIn(path)) {
            return;
        }
        String found = Files.exists(path) ? "it has " + Files.size(path) + " bytes" : "it is not there";
        throw new Fatal(path + ", which holds table " + state.target() + ", is not as the last commit left it: "
                + stored.length() + " bytes with checksum " + Long.toHexString(stored.checksum())
                + " were written, and now "
                + found + ". Somebody else has changed it: put the file back, or delete it together with "
                + folder.state(state.target()) + " and take a new snapshot of the table");
    }
}
