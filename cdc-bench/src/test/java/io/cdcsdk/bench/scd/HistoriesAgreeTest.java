package io.cdcsdk.bench.scd;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.scd.InMemoryHistory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is measured is the same work: all peers come to the same history. */
class HistoriesAgreeTest {
    private static final int KEYS = 2_000;
    private static final int CHANGES = 40_000;
    private static final ChangeMix LATE_ONLY = new ChangeMix(0, 0.03, 0.05, 0);
    private static final ChangeMix NOTHING_LATE = new ChangeMix(0.05, 0.03, 0, 0.10);

    @ParameterizedTest(name = "{0}")
    @EnumSource(ChangeStream.Choice.class)
    void fullBuildsAgreeOnEveryVersion(ChangeStream.Choice choice) {
        List<PersonVersion> sorted = built(new NaiveFullBuild(NaiveFullBuild.Late.SORTED), choice);
        assertThat(built(new GenericFullBuild(), choice)).isEqualTo(sorted);
        assertThat(built(new CarefulFullBuild(), choice)).isEqualTo(sorted);
        assertThat(built(new DuckFullBuild(), choice)).isEqualTo(sorted);
        assertThat(built(new EngineFullBuild(), choice)).isEqualTo(sorted);
    }

    @Test
    void streamKnowsHowManyVersionsThereAre() {
        ChangeStream stream = stream(ChangeStream.Choice.ZIPF, ChangeMix.STANDARD);
        NaiveFullBuild naive = new NaiveFullBuild(NaiveFullBuild.Late.SORTED);
        naive.load(stream, CHANGES);
        naive.build();
        assertThat(stream.delivered()).isEqualTo(CHANGES);
        assertThat(naive.versions()).isEqualTo(stream.versions());
    }

    @Test
    void droppingLateChangesIsWrong() {
        List<PersonVersion> sorted = built(new NaiveFullBuild(NaiveFullBuild.Late.SORTED), ChangeStream.Choice.ZIPF);
        List<PersonVersion> dropped = built(new NaiveFullBuild(NaiveFullBuild.Late.DROPPED), ChangeStream.Choice.ZIPF);
        assertThat(dropped).hasSizeBetween(sorted.size() * 9 / 10, sorted.size() - 1);
    }

    @Test
    void microBatchesAgreeOnEveryVersionWhereNothingIsLate() {
        microBatchesAgree(NOTHING_LATE);
    }

    @Test
    void microBatchesAgreeOnEveryVersionWhereNothingButLateChangesIsHard() {
        microBatchesAgree(LATE_ONLY);
    }

    @Test
    void microBatchesOfTheStandardMixAreAboutAsLong() {
        List<PersonVersion> engine = batched(engine(), ChangeMix.STANDARD);
        int few = engine.size() / 50;
        assertThat(batched(new GenericMicroBatches(), ChangeMix.STANDARD))
                .isEqualTo(batched(new NaiveMicroBatches(), ChangeMix.STANDARD))
                .hasSizeBetween(engine.size() - few, engine.size() + few);
        assertThat(batched(new DuckMicroBatches(), ChangeMix.STANDARD))
                .hasSizeBetween(engine.size() - few, engine.size() + few);
    }

    private static void microBatchesAgree(ChangeMix mix) {
        List<PersonVersion> naive = batched(new NaiveMicroBatches(), mix);
        assertThat(batched(new GenericMicroBatches(), mix)).isEqualTo(naive);
        assertThat(batched(new DuckMicroBatches(), mix)).isEqualTo(naive);
        assertThat(batched(engine(), mix)).isEqualTo(naive);
    }

    private static EngineHistory engine() {
        return new EngineHistory(new InMemoryHistory().newSession(), Duration.ofHours(1));
    }

    private static ChangeStream stream(ChangeStream.Choice choice, ChangeMix mix) {
        return new ChangeStream(KEYS, choice, mix, 42);
    }

    private static List<PersonVersion> built(FullBuild peer, ChangeStream.Choice choice) {
        try (peer) {
            peer.load(stream(choice, ChangeMix.STANDARD), CHANGES);
            peer.build();
            peer.forgetInput();
            return peer.history();
        }
    }

    private static List<PersonVersion> batched(MicroBatches peer, ChangeMix mix) {
        ChangeStream stream = stream(ChangeStream.Choice.ZIPF, mix);
        List<MicroBatches.Batch> batches = new ArrayList<>();
        batches.add(target -> stream.insertAll(0, KEYS, target));
        for (int i = 0; i < 4; i++) {
            batches.add(target -> stream.next(CHANGES / 4, target));
        }
        batches.add(target -> stream.last(CHANGES, target));
        try (peer) {
            for (MicroBatches.Batch batch : batches) {
                peer.stage(batch);
                peer.apply();
            }
            return peer.history();
        }
    }
}
