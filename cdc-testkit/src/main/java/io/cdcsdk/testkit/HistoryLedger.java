package io.cdcsdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cdcsdk.scd.ChangeSet;
import io.cdcsdk.scd.KeyUpdate;
import io.cdcsdk.scd.RowKey;
import io.cdcsdk.scd.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A history that knows changes of versions only, as a table that is written with SQL would. */
final class HistoryLedger {
    private final Map<RowKey, TreeMap<Long, Version>> versions = new LinkedHashMap<>();

    /** Applies what a merge changes, and asserts that every change fits what is there. */
    void apply(ChangeSet changes) {
        Set<RowKey> updated = new HashSet<>();
        for (KeyUpdate update : changes.updates()) {
            assertThat(updated.add(update.key()))
                    .as("%s is updated once in a change set", update.key())
                    .isTrue();
        }
        for (long time : changes.closedAt()) {
            versions.forEach((key, ofKey) -> {
                if (!updated.contains(key)) {
                    ofKey.replaceAll((from, version) -> closes(version, time) ? until(version, time) : version);
                }
            });
        }
        changes.updates().forEach(update -> apply(changes, update));
    }

    private static boolean closes(Version version, long time) {
        return version.isCurrent() && !version.isMarker() && version.validFrom() < time;
    }

    private static Version until(Version version, long end) {
        return new Version(version.row(), version.validFrom(), end, version.operation());
    }

    private void apply(ChangeSet changes, KeyUpdate update) {
        TreeMap<Long, Version> ofKey = versions.computeIfAbsent(update.key(), none -> new TreeMap<>());
        update.forEachChange(changes, new Visitor(ofKey));
    }

    private static final class Visitor implements KeyUpdate.ChangeVisitor {
        private final Map<Long, Version> versions;
        private long last = Long.MIN_VALUE;
        private boolean removing = true;

        Visitor(Map<Long, Version> versions) {
            this.versions = versions;
        }

        @Override
        public void opened(Version version) {
            assertThat(write(version))
                    .as("what was there before %s opened", version)
                    .isNull();
        }

        @Override
        public void closed(Version version) {
            Version before = write(version);
            assertThat(before).as("what %s closes", version).isNotNull();
            if (before != null) {
                assertThat(ExpectedVersion.of(version))
                        .as("%s closed, nothing else changed", before)
                        .isEqualTo(ExpectedVersion.of(before).until(version.validTo()));
                assertThat(before.isCurrent())
                        .as("%s is current before it closes", before)
                        .isTrue();
            }
            assertThat(version.isCurrent()).as("%s is closed", version).isFalse();
        }

        @Override
        public void updated(Version version) {
            Version before = write(version);
            assertThat(before).as("what %s updates", version).isNotNull();
        }

        @Override
        public void removed(Version version) {
            assertThat(removing)
                    .as("%s is removed before all other changes", version)
                    .isTrue();
            assertThat(versions.remove(version.validFrom()))
                    .as("the version that is removed: %s", version)
                    .isNotNull();
        }

        private @Nullable Version write(Version version) {
            assertThat(removing || version.validFrom() > last)
                    .as("%s comes behind the change at %d", version, last)
                    .isTrue();
            removing = false;
            last = version.validFrom();
            return versions.put(version.validFrom(), version);
        }
    }

    /** What the table holds: the versions of every key that has any, sorted by their beginning. */
    Map<RowKey, List<ExpectedVersion>> versions() {
        Map<RowKey, List<ExpectedVersion>> all = new LinkedHashMap<>();
        versions.forEach((key, ofKey) -> {
            List<ExpectedVersion> list = new ArrayList<>();
            ofKey.values().forEach(version -> list.add(ExpectedVersion.of(version)));
            if (!list.isEmpty()) {
                all.put(key, list);
            }
        });
        return all;
    }
}
