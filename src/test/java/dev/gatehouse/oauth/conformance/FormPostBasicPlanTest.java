package dev.gatehouse.oauth.conformance;

import dev.gatehouse.store.TestDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The plan Form Post Basic: answers travel in a form that the browser posts to the app. */
final class FormPostBasicPlanTest extends BasicPlan {
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
        return new String[] {"response_mode", "form_post"};
    }
}
