package io.cdcsdk.bench;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which module may use which: this module has all of them on its class path. */
class ModuleArrowsTest {
    private static JavaClasses published;

    @BeforeAll
    static void read() {
        published = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.cdcsdk")
                .that(DescribedPredicate.not(resideInAnyPackage("io.cdcsdk.bench..", "io.cdcsdk.examples..")));
    }

    @Test
    void seesEveryModule() {
        assertThat(Stream.of("api", "format", "runtime", "scd", "testkit", "source.dms", "sink.file"))
                .allMatch(module -> published.stream()
                        .anyMatch(type -> type.getPackageName().startsWith("io.cdcsdk." + module)));
    }

    @ParameterizedTest(name = "{0} uses {1}")
    @CsvSource({
        "api, ''",
        "format, api",
        "runtime, api format",
        "scd, api",
        "testkit, api format scd",
        "scd.rocksdb, api scd",
        "source.dms, api format",
        "sink.file, api format"
    })
    void usesOnly(String module, String allowed) {
        String[] packages = Stream.concat(Stream.of(module), Arrays.stream(allowed.split(" ")))
                .filter(name -> !name.isEmpty())
                .map(name -> "io.cdcsdk." + name + "..")
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> foreign = resideInAnyPackage("io.cdcsdk..")
                .and(DescribedPredicate.not(resideInAnyPackage(packages)))
                .as("other modules than " + module + " and " + allowed);
        noClasses()
                .that()
                .resideInAPackage("io.cdcsdk." + module + "..")
                .should()
                .dependOnClassesThat(foreign)
                .check(published);
    }

    @Test
    void publishedCodeNeverPrints() {
        noClasses().should().accessField(System.class, "out").check(published);
        noClasses().should().accessField(System.class, "err").check(published);
    }
}
