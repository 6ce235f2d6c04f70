package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.Browser;
import dev.gatehouse.store.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where a person is signed in, looked at and ended by that person. */
final class SessionsPageTest {
    private static final String PATH = "/account/sessions";
    private static final String PASSWORD = "zebra lamp forty";

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private Browser laptop;
    private Browser phone;
    private Browser tablet;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        house.has("alice", PASSWORD);
        house.has("bob", PASSWORD);
        laptop = browser("A laptop");
        phone = browser("A <phone>");
        tablet = browser("A tablet");
    }

    @Test
    void whoever_is_not_signed_in_does_that_first_and_comes_back() {
        Browser.Page page = signIn(laptop, PATH, "alice");
        assertThat(page.path()).startsWith(PATH);
        assertThat(page.text()).contains("alice", "A laptop", "This is the browser that you are using");
        assertThat(page.html()).doesNotContain("name=\"end\"");
    }

    @Test
    void every_browser_is_there_and_one_that_nobody_knows_with_what_it_calls_itself_and_one_is_signed_out() {
        everywhere();
        Browser.Page page = laptop.open(PATH);
        assertThat(page.text()).contains("An unknown device", "A laptop", "A <phone>", "A tablet");
        assertThat(page.html()).contains("A &lt;phone").doesNotContain("A <phone>");
        Browser.Page after =
                page.form("sessions").with("end", idOf("A <phone>")).submit();
        assertThat(after.text()).contains("A tablet").doesNotContain("A <phone>");
        assertThat(isSignedIn(phone)).isFalse();
        assertThat(isSignedIn(tablet)).isTrue();
    }

    @Test
    void a_browser_is_called_what_people_call_it_in_their_language() {
        String firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
        Browser.Page page = signIn(browser(firefox), PATH, "alice");
        assertThat(page.text()).contains("Firefox on Windows").doesNotContain("Gecko");
        assertThat(page.html()).contains("title=\"" + firefox + "\"");
        assertThat(signIn(browser(firefox).sending("Accept-Language", "de"), PATH, "alice")
                        .text())
                .contains("Firefox auf Windows");
    }

    @Test
    void a_browser_that_says_nothing_of_itself_is_called_unknown() {
        signIn(browser(""), "/login", "alice");
        Browser.Page page = signIn(browser("curl/8.14.1"), PATH, "alice");
        assertThat(page.text()).contains("An unknown device").doesNotContain("Calls itself");
    }

    @Test
    void all_others_are_signed_out_at_once() {
        everywhere();
        laptop.open(PATH).form("sessions").with("end", "others").submit();
        assertThat(isSignedIn(phone)).isFalse();
        assertThat(isSignedIn(tablet)).isFalse();
        assertThat(isSignedIn(laptop)).isTrue();
    }

    @Test
    @DisplayName("ASVS 10.7.1: a form without the page's proof ends nothing, and nobody ends somebody else's session")
    void nobody_elses() {
        everywhere();
        Browser.Page page = laptop.open(PATH);
        String id = idOf("A <phone>");
        assertThat(page.form("sessions")
                        .without("proof")
                        .with("end", id)
                        .submit()
                        .status())
                .isEqualTo(403);
        Browser bobs = browser("Bob's");
        signIn(bobs, PATH, "bob").form("sessions").with("end", id).submit();
        bobs.open(PATH).form("sessions").with("end", "others").submit();
        for (String odd : new String[] {"", "nobody's", "x".repeat(10_000)})
            assertThat(page.form("sessions").with("end", odd).submit().status()).isEqualTo(200);
        assertThat(isSignedIn(phone)).isTrue();
        assertThat(isSignedIn(tablet)).isTrue();
    }

    private void everywhere() {
        for (Browser each : new Browser[] {laptop, phone, tablet}) signIn(each, "/login", "alice");
    }

    private Browser browser(String name) {
        return new Browser(TestHouse.URL, call -> TestDatabase.await(house.endpoints.answer(call)))
                .sending("User-Agent", name);
    }

    private static Browser.Page signIn(Browser who, String path, String name) {
        return who.open(path)
                .form("login")
                .with("username", name)
                .with("password", PASSWORD)
                .submit();
    }

    private static boolean isSignedIn(Browser who) {
        return !who.open("/login").html().contains("id=\"login\"");
    }

    private String idOf(String device) {
        return house.sql("SELECT id FROM session WHERE device = $1", device)
                .get(0)
                .getString(0);
    }
}
