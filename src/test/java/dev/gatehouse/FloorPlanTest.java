package dev.gatehouse;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The plan of the house. A new room is a new word here, in the right place. */
final class FloorPlanTest {
    private static final List<String> FOUNDATION =
            List.of("vocabulary", "config", "store", "audit", "keys", "outbound", "tokens", "limits", "web");
    private static final List<String> GATE_WING = List.of("policy", "edge");
    private static final List<String> HOUSE_WING = List.of("identity", "clients", "signin", "oauth");
    private static final List<String> ROOF = List.of("bus", "admin", "console", "ops", "demo");
    private static final List<String> DOOR = List.of("cli");

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.gatehouse");

    @Test
    void a_room_imports_only_rooms_listed_before_it() {
        var order = new ArrayList<String>(FOUNDATION);
        order.addAll(GATE_WING);
        order.addAll(HOUSE_WING);
        order.addAll(ROOF);
        order.addAll(DOOR);
        for (int i = 0; i < order.size(); i++) {
            String[] later = order.subList(i + 1, order.size()).stream()
                    .map(FloorPlanTest::within)
                    .toArray(String[]::new);
            if (later.length == 0) continue;
            noClasses()
                    .that()
                    .resideInAPackage(within(order.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .allowEmptyShould(true)
                    .check(HOUSE);
        }
    }

    @Test
    void the_wings_never_import_each_other() {
        String[] gate = GATE_WING.stream().map(FloorPlanTest::within).toArray(String[]::new);
        String[] house = HOUSE_WING.stream().map(FloorPlanTest::within).toArray(String[]::new);
        noClasses()
                .that()
                .resideInAnyPackage(gate)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(house)
                .allowEmptyShould(true)
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAnyPackage(house)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(gate)
                .allowEmptyShould(true)
                .check(HOUSE);
    }

    @Test
    void no_room_reaches_back_to_the_door() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.gatehouse.(*)..")
                .and()
                .resideOutsideOfPackage("dev.gatehouse.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.gatehouse")
                .check(HOUSE);
    }

    @Test
    void no_room_was_added_without_a_plan() {
        var planned = new TreeSet<String>(FOUNDATION);
        planned.addAll(GATE_WING);
        planned.addAll(HOUSE_WING);
        planned.addAll(ROOF);
        planned.addAll(DOOR);
        var found = new TreeSet<String>();
        HOUSE.forEach(type -> {
            String rest = type.getPackageName().replaceFirst("^dev\\.gatehouse\\.?", "");
            if (!rest.isEmpty()) found.add(rest.split("\\.")[0]);
        });
        assertThat(planned).containsAll(found);
    }

    @Test
    void rooms_have_no_cycles() {
        SlicesRuleDefinition.slices()
                .matching("dev.gatehouse.(*)..")
                .should()
                .beFreeOfCycles()
                .check(HOUSE);
    }

    @Test
    void vocabulary_knows_only_the_jdk() {
        classes()
                .that()
                .resideInAPackage(within("vocabulary"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.gatehouse.vocabulary..", "java..", "org.jspecify..")
                .check(HOUSE);
    }

    @Test
    void one_class_knows_the_library_for_passkeys_and_none_what_it_brings() {
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.gatehouse\\.identity\\.WebAuthn(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "com.webauthn4j..", "com.fasterxml.jackson.databind..", "com.fasterxml.jackson.dataformat..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("io\\.vertx\\.core\\.json\\.jackson\\.(DatabindCodec|JacksonFactory)")
                .check(HOUSE);
    }

    @Test
    void vertx_web_lives_at_the_rim() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        within("web"),
                        within("edge"),
                        within("console"),
                        within("ops"),
                        within("demo"),
                        "dev.gatehouse")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.vertx.ext.web..")
                .check(HOUSE);
    }

    private static String within(String room) {
        return "dev.gatehouse." + room + "..";
    }
}
