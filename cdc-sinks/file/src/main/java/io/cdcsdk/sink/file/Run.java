package io.cdcsdk.sink.file;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file of sorted entries.
 *
 * @param path where it is
 * @param stored what it holds
 * @param schemaIndex the schema of its images within the table's history
 * @param level how often its entries have been merged
 */
record Run(Path path, Stored stored, int schemaIndex, int level) {
    private static final int BLOCK = 1 << 17;

    Run movedTo(Path target) {
        return new Run(target, stored, schemaIndex, level);
    }

    EntryCursor open() throws IOException {
        BlockReader reader = new BlockReader(path, BLOCK);
        return new EntryCursor(schemaIndex) {
            private int used;

            @Override
            boolean next() throws IOException {
                reader.use(used);
                used = 0;
                if (!reader.require(Integer.BYTES)) {
                    return false;
                }
                used = BigEndian.readInt(reader.buffer(), reader.from());
                if (!reader.require(used)) {
                    throw new EOFException(path + " ends within an entry");
                }
                buffer = reader.buffer();
                start = reader.from();
                return true;
            }

            @Override
            public void close() throws IOException {
                reader.close();
            }
        };
    }
}
