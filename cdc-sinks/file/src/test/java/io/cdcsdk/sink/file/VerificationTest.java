package io.cdcsdk.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cdcsdk.api.Commit;
import io.cdcsdk.api.EventBatch;
import io.cdcsdk.api.Fatal;
import io.cdcsdk.api.LogicalType;
import io.cdcsdk.api.Origin;
import io.cdcsdk.api.Position;
import io.cdcsdk.api.Row;
import io.cdcsdk.api.RowChange;
import io.cdcsdk.api.TableId;
import io.cdcsdk.api.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables are verified beside a neighbour that goes on committing. */
class VerificationTest {
    private static final TableSchema SCHEMA =
            TableSchema.builder(TableId.of("t")).key("id", LogicalType.INT64).build();

    @TempDir
    Path directory = Path.of("");

    private FileSink neighbour = FileSink.builder().directory(directory).build();
    private long committed;

    @BeforeEach
    void open() {
        neighbour = FileSink.builder().directory(directory).build();
        neighbour.open();
        neighbour.claim(Set.of("lane"));
        commit();
    }

    @AfterEach
    void close() {
        neighbour.close();
    }

    private void commit() {
        Position from = committed == 0 ? null : Position.of(committed);
        Position to = Position.of(++committed);
        neighbour.write(EventBatch.of(
                "lane",
                List.of(RowChange.insert(Row.of(SCHEMA, committed), Origin.at(to))),
                to,
                100,
                EventBatch.Boundary.TRANSACTION_END));
        neighbour.commit(
                new Commit(List.of(new Commit.Move("t", "lane", from, to)), EventBatch.Boundary.TRANSACTION_END));
    }

    /** The generations that were verified, while the neighbour commits during the first ones. */
    private List<TableState> states(int commits, List<Long> verified) throws IOException {
        StateFolder folder = new StateFolder(directory);
        try (OpenFolder open = OpenFolder.open(folder, new Disk(DiskWatcher.NONE))) {
            return new Verification(open, state -> {
                        verified.add(state.generation());
                        if (verified.size() <= commits) {
                            commit();
                            throw new Fatal("the file is not that of generation " + state.generation());
                        }
                    })
                    .states();
        }
    }

    @Test
    void aTableThatIsCommittedMeanwhileIsVerifiedAgain() throws IOException {
        List<Long> verified = new ArrayList<>();
        assertThat(states(1, verified)).extracting(TableState::generation).containsExactly(2L);
        assertThat(verified).containsExactly(1L, 2L);
    }

    @Test
    void aTableThatIsCommittedAllTheTimeIsVerifiedWithTheNeighbourHeldUp() throws IOException {
        List<Long> verified = new ArrayList<>();
        assertThat(states(3, verified)).extracting(TableState::generation).containsExactly(4L);
        assertThat(verified).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aTableThatStaysWrongIsRefused() {
        StateFolder folder = new StateFolder(directory);
        List<Long> verified = new ArrayList<>();
        assertThatThrownBy(() -> {
                    try (OpenFolder open = OpenFolder.open(folder, new Disk(DiskWatcher.NONE))) {
                        new Verification(open, state -> {
                                    verified.add(state.generation());
                                    throw new Fatal("damaged");
                                })
                                .states();
                    }
                })
                .isInstanceOf(Fatal.class)
                .hasMessage("damaged");
        assertThat(verified).as("read once").containsExactly(1L);
    }
}
