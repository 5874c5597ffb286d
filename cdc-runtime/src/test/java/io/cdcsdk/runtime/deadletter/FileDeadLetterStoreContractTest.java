package io.cdcsdk.runtime.deadletter;

import io.cdcsdk.api.DeadLetterStore;
import io.cdcsdk.testkit.DeadLetterStoreContract;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileDeadLetterStoreContractTest extends DeadLetterStoreContract {
    @TempDir
    Path directory;

    @Override
    protected DeadLetterStore newStore() {
        return FileDeadLetterStore.builder().directory(directory).build();
    }

    @Override
    protected Optional<Path> directory() {
        return Optional.of(directory);
    }
}
