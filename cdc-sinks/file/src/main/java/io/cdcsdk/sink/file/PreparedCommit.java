package io.cdcsdk.sink.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit of one table, written but not yet in its place.
 *
 * @param table the table
 * @param previous the state on which it was prepared
 * @param next the state to come
 * @param moves the files and their places, the state the last
 */
record PreparedCommit(Table table, TableState previous, TableState next, List<Intent.Move> moves) {
    private static final Logger LOG = LoggerFactory.getLogger(PreparedCommit.class);
    private static final String RUN_ENDING = ".run";

    /** The record of what is about to happen. */
    Intent intent() {
        return new Intent(next.target(), next.generation(), moves);
    }

    /** Whether the commit is one rename, so that no record is needed. */
    boolean isOneStep() {
        return moves.size() == 1;
    }

    void discard(WorkFolder work) throws IOException {
        discard(moves, work);
    }

    /** Deletes the temporary files of moves that were not made, except the runs, which hold the changes themselves. */
    static void discard(List<Intent.Move> moves, WorkFolder work) throws IOException {
        for (Intent.Move move : moves) {
            if (!move.from().toString().endsWith(RUN_ENDING)) {
                work.discard(move.from());
            }
        }
    }

    /** Tells the table that the commit has happened, and deletes the runs that are no longer needed. */
    void finish(Disk disk) {
        Set<Path> kept = new HashSet<>();
        next.runs().forEach(run -> kept.add(run.path()));
        table.committed(next);
        for (Run run : previous.runs()) {
            if (kept.contains(run.path())) {
                continue;
            }
            try {
                disk.delete(run.path());
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("file", run.path())
                        .log("a file that is no longer needed could not be deleted; the next start deletes it");
            }
        }
    }
}
