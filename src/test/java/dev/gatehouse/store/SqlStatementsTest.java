package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every statement of the house is understood by a real server with the real schema. */
final class SqlStatementsTest {
    private static final Pattern STATEMENT = Pattern.compile("\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\s[\\s\\S]*");

    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    @Test
    void every_statement_can_be_prepared() throws ReflectiveOperationException {
        var faults = new ArrayList<String>();
        PgConnection connection = await(PgConnection.connect(DB.vertx(), DB.options()));
        for (Map.Entry<String, String> statement : statements().entrySet()) {
            String fault = await(connection
                    .prepare(statement.getValue())
                    .compose(prepared -> prepared.close().map(""))
                    .recover(failure -> Future.succeededFuture(failure.getMessage())));
            if (!fault.isEmpty()) faults.add(statement.getKey() + ": " + fault);
        }
        await(connection.close());
        assertThat(faults).isEmpty();
    }

    @Test
    void the_search_for_statements_finds_some() throws ReflectiveOperationException {
        assertThat(statements())
                .containsKeys("Sweep.SESSIONS", "SingleLeader.TRY")
                .hasSizeGreaterThan(8);
    }

    static Map<String, String> statements() throws ReflectiveOperationException {
        var found = new TreeMap<String, String>();
        for (JavaClass type : house()) {
            // A class that mentions no string constant of ours is not even loaded.
            if (type.getFields().stream().noneMatch(field -> field.getRawType().isEquivalentTo(String.class))) continue;
            for (Field field : Class.forName(type.getName()).getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) || field.getType() != String.class) continue;
                field.setAccessible(true);
                String text = (String) field.get(null);
                if (text != null && STATEMENT.matcher(text).matches()) found.put(name(type, field), text);
            }
        }
        return found;
    }

    private static List<JavaClass> house() {
        return List.copyOf(new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.gatehouse"));
    }

    private static String name(JavaClass type, Field field) {
        return type.getName().substring(type.getPackageName().length() + 1) + "." + field.getName();
    }
}
