package dev.gatehouse.oauth.conformance;

import dev.gatehouse.store.TestDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plan Basic: answers travel in the query of the redirect. */
final class BasicPlanTest extends BasicPlan {
    @RegisterExtension
    static final TestDatabase DB = new TestDatabase();

    private static Suite suite;

    @BeforeAll
    static void open() {
        suite = new Suite(DB);
    }

    @Override
    Suite suite() {
        return suite;
    }

    @Override
    String[] mode() {
        return new String[0];
    }
}
