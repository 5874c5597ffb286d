package io.cdcsdk.bench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Who may ask what time it is. A clock may be wrong, and may be set while we run: durations are measured by {@link System#nanoTime},
 * and order comes from positions.
 */
class WallClockTest {
    private static final Set<String> SHOW_TIMES = Set.of(
            // When a source was polled and a sink has committed, for PipelineStatus.
            "io.cdcsdk.runtime.Moment",
            // When a letter was set aside, for people.
            "io.cdcsdk.runtime.DeadLetters");

    private static final Set<String> ARE_PROVEN_WITH_OTHER_CLOCKS = Set.of(
            // Names of files, which sort by their beginning whatever the clock says.
            "io.cdcsdk.runtime.deadletter.FileDeadLetterStore$Builder",
            // Age of files, never more than has passed since the start.
            "io.cdcsdk.source.dms.Settling");

    private static final DescribedPredicate<JavaClass> MAY = DescribedPredicate.describe(
            "may ask",
            type -> SHOW_TIMES.contains(type.getName()) || ARE_PROVEN_WITH_OTHER_CLOCKS.contains(type.getName()));

    private static final DescribedPredicate<JavaAccess<?>> ASK =
            DescribedPredicate.describe("ask what time it is", access -> {
                JavaClass owner = access.getTargetOwner();
                String method = access.getName();
                return method.equals("currentTimeMillis")
                        || owner.getPackageName().equals("java.time") && method.equals("now")
                        || (owner.isEquivalentTo(Clock.class) || owner.isEquivalentTo(InstantSource.class))
                                && method.startsWith("system")
                        || owner.isEquivalentTo(java.util.Date.class) && method.equals("<init>");
            });

    private static final JavaClasses PUBLISHED = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.cdcsdk")
            // Health and metrics tell ages; the test kit has clocks of its own.
            .that(not(resideInAnyPackage(
                    "io.cdcsdk.runtime.health..",
                    "io.cdcsdk.runtime.metrics..",
                    "io.cdcsdk.testkit..",
                    "io.cdcsdk.bench..",
                    "io.cdcsdk.examples..")));

    @Test
    void nothingThatIsDecidedDependsOnTheTimeOfDay() {
        noClasses().that(not(MAY)).should().accessTargetWhere(ASK).check(PUBLISHED);
    }

    @Test
    void seesThoseWhoAsk() {
        assertThat(PUBLISHED.stream()
                        .filter(type -> type.getAccessesFromSelf().stream().anyMatch(ASK))
                        .map(JavaClass::getName))
                .containsAll(ARE_PROVEN_WITH_OTHER_CLOCKS);
    }
}
