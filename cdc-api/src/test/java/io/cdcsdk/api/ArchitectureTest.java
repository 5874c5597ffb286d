package io.cdcsdk.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses API = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.cdcsdk.api");

    @Test
    void dependsOnNothingButTheJdkAndAnnotations() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.cdcsdk.api", "java..", "org.jspecify.annotations")
                .check(API);
    }

    @Test
    void doesNotTouchFilesNetworksOrThreads() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.sql..", "java.util.logging..")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(API);
    }

    @Test
    void publicClassesAreFinalOrMeantToBeExtended() {
        classes()
                .that()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .areNotAssignableTo(CdcException.class)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(API);
    }
}
