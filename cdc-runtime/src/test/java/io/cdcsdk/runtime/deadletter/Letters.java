package io.cdcsdk.runtime.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.api.DeadLetterLog;
import io.cdcsdk.api.DeadLetterRecord;
import io.cdcsdk.api.DeadLetterRecord.Id;
import io.cdcsdk.api.DeadLetterRecord.Letter;
import io.cdcsdk.api.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the tests of letters in files share. */
final class Letters {
    static final String FOLDER = "p.s";

    private Letters() {}

    static Letter letter(String key) {
        return new Letter("lane", Position.of(1), "t", List.of(key), null, 0, null, 1, Instant.EPOCH);
    }

    static DeadLetterLog open(Path directory) {
        return store(directory, DiskWatcher.NONE).open("p", "s");
    }

    static FileDeadLetterStore store(Path directory, DiskWatcher watcher) {
        return FileDeadLetterStore.builder()
                .directory(directory)
                .watcher(watcher)
                .build();
    }

    static Map<Id, DeadLetterRecord> read(DeadLetterLog log) {
        Map<Id, DeadLetterRecord> records = new LinkedHashMap<>();
        log.read(records::put);
        return records;
    }

    static Map<Id, DeadLetterRecord> readAnew(Path directory) {
        try (DeadLetterLog log = open(directory)) {
            return read(log);
        }
    }

    static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(FOLDER))) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    static Path onlySegment(Path directory) throws IOException {
        List<Path> segments = segments(directory);
        assertThat(segments).hasSize(1);
        return segments.get(0);
    }
}
