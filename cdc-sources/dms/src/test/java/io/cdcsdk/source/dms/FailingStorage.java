package io.cdcsdk.source.dms;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** A storage whose streams fail when told. */
final class FailingStorage implements DmsStorage {
    private final DmsStorage storage;
    private long left = Long.MAX_VALUE;

    FailingStorage(DmsStorage storage) {
        this.storage = storage;
    }

    /** Lets so many more bytes pass, over all streams. */
    void failAfter(long bytes) {
        left = bytes;
    }

    @Override
    public String location() {
        return storage.location();
    }

    @Override
    public boolean exists() {
        return storage.exists();
    }

    @Override
    public List<StoredFile> list(String folder) throws IOException {
        return storage.list(folder);
    }

    @Override
    public InputStream open(String path) throws IOException {
        return new FilterInputStream(storage.open(path)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the disk is on fire");
                }
                int count = super.read(buffer, offset, (int) Math.min(length, left));
                left -= Math.max(0, count);
                return count;
            }
        };
    }
}
