package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.Browser;
import dev.gatehouse.identity.Accounts.By;
import dev.gatehouse.identity.EmailAddress;
import dev.gatehouse.identity.Username;
import dev.gatehouse.store.TestDatabase;
import dev.gatehouse.web.Reply;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who makes an account for themselves, and what they agree to. */
final class AccountPolicyTest {
    private static final String PASSWORD = "zebra lamp forty";
    private static final String INVITE = "accounts: {registration: invite, default_roles: [customer]}";
    private static final String TERMS =
            """
            accounts: {terms: {version: "%s", url: https://shop.example.com/terms}}
            clients: {shop: {type: spa, redirect: [https://shop.example/callback], scopes: [profile]}}
            """;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    private TestHouse house;
    private Browser browser;

    @BeforeEach
    void open() {
        house = new TestHouse(db);
        browser = new Browser(TestHouse.URL, call -> await(house.endpoints.answer(call)));
    }

    private static JsonObject person(String name) {
        return new JsonObject().put("username", name).put("password", PASSWORD);
    }

    private Reply registers(JsonObject body) {
        return house.post("/register", body);
    }

    private static String reason(Reply reply) {
        return TestHouse.json(reply).getString("reason");
    }

    private String invitation(Optional<String> email, String... roles) {
        String link = await(house.house
                .invitations()
                .make(List.of(roles), email.map(EmailAddress::new), Duration.ofDays(7), By.CLI));
        assertThat(link).startsWith(TestHouse.URL + "/register?invitation=");
        return link.substring(link.indexOf('=') + 1);
    }

    private List<String> roles(String name) {
        return await(house.accounts.find(new Username(name))).orElseThrow().roles();
    }

    @Test
    void an_invitation_makes_one_account_with_its_roles_beside_those_of_everybody() {
        house.config = TestYaml.config(INVITE);
        assertThat(reason(registers(person("carol")))).isEqualTo("invitation_invalid");
        assertThat(reason(registers(person("carol").put("invitation", "made-up"))))
                .isEqualTo("invitation_invalid");
        String code = invitation(Optional.empty(), "editor");
        assertThat(registers(person("carol").put("invitation", code)).status()).isEqualTo(201);
        assertThat(roles("carol")).containsExactly("customer", "editor");
        assertThat(reason(registers(person("dora").put("invitation", code)))).isEqualTo("invitation_invalid");
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'person_invited'"))
                .hasSize(1);
    }

    @Test
    void a_taken_name_leaves_the_invitation_as_it_was_and_a_bad_one_does_not_tell_of_names() {
        house.config = TestYaml.config(INVITE);
        house.has("carol", PASSWORD);
        String code = invitation(Optional.empty());
        assertThat(reason(registers(person("carol").put("invitation", code)))).isEqualTo("username_taken");
        assertThat(reason(registers(person("carol").put("invitation", "made-up"))))
                .isEqualTo("invitation_invalid");
        assertThat(registers(person("dora").put("invitation", code)).status()).isEqualTo(201);
    }

    @Test
    void an_invitation_for_an_address_is_for_nobody_else_and_over_when_its_time_is() {
        house.config = TestYaml.config(INVITE);
        String code = invitation(Optional.of("carol@example.com"));
        assertThat(reason(registers(person("eve").put("invitation", code).put("email", "eve@example.com"))))
                .isEqualTo("invitation_invalid");
        assertThat(reason(registers(person("eve").put("invitation", code)))).isEqualTo("invitation_invalid");
        house.sql("UPDATE invitation SET expires_at = now() - interval '1 second'");
        assertThat(reason(registers(person("carol").put("invitation", code).put("email", "carol@example.com"))))
                .isEqualTo("invitation_invalid");
        house.sql("UPDATE invitation SET expires_at = now() + interval '1 hour'");
        assertThat(registers(person("carol").put("invitation", code).put("email", "Carol@example.com"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void of_many_who_come_with_one_invitation_at_two_nodes_one_gets_an_account() {
        house.config = TestYaml.config(INVITE);
        var other = new TestHouse(db, db.another());
        other.config = house.config;
        String code = invitation(Optional.empty());
        var answers = new ArrayList<Future<Reply>>();
        for (int i = 0; i < 12; i++) {
            var body = person("racer" + i).put("invitation", code).toBuffer();
            var call =
                    TestHouse.call("POST", "/register", Map.of("Content-Type", "application/json"), body, "127.0.0.1");
            answers.add((i % 2 == 0 ? house : other).endpoints.answer(call));
        }
        await(Future.join(answers));
        assertThat(answers.stream().map(answer -> answer.result().status()))
                .containsOnly(201, 403)
                .containsOnlyOnce(201);
        assertThat(house.sql("SELECT 1 FROM account")).hasSize(1);
    }

    @Test
    void the_page_takes_the_code_from_the_link_and_knows_the_address_that_it_is_for() {
        house.config = TestYaml.config(INVITE);
        Browser.Page without = browser.open("/register");
        assertThat(without.status()).isEqualTo(403);
        assertThat(browser.open("/login").html()).doesNotContain("href=\"/register\"");
        assertThat(browser.open("/register?invitation=made-up").status()).isEqualTo(403);
        String code = invitation(Optional.of("carol@example.com"));
        Browser.Page page = browser.open("/register?invitation=" + code);
        assertThat(page.html()).contains("value=\"carol@example.com\"");
        assertThat(page.header("Referrer-Policy")).contains("no-referrer");
        var form = page.form("register").with("username", "carol").with("password", PASSWORD);
        Browser.Page wrong = form.with("email", "eve@example.com").submit();
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("for another address");
        assertThat(form.with("email", "carol@example.com").submit().text()).contains("your account is ready");
    }

    @Test
    void only_addresses_in_the_listed_domains_are_taken_and_none_below_them_or_that_only_look_so() {
        house.config = TestYaml.config(
                """
                accounts: {verify_email: on, allowed_domains: [example.com, bücher.example]}
                email: {from: "Shop <no-reply@example.com>", smtp: mailbox}
                """);
        assertThat(reason(registers(person("p0")))).isEqualTo("email_invalid");
        for (String address : List.of(
                "p@sub.example.com",
                "p@example.com.evil.example",
                "p@notexample.com",
                "p@example.com.",
                "p@ｅxample.com",
                "p@example。com",
                "p@examp\u200dle.com",
                "p@bucher.example"))
            assertThat(reason(registers(person("p1").put("email", address))))
                    .as(address)
                    .isEqualTo("email_not_allowed");
        assertThat(registers(person("p2").put("email", "p@EXAMPLE.com")).status())
                .isEqualTo(201);
        assertThat(registers(person("p3").put("email", "p@bücher.example")).status())
                .isEqualTo(201);
        assertThat(registers(person("p4").put("email", "p@xn--bcher-kva.example"))
                        .status())
                .isEqualTo(201);
        assertThat(house.sql("SELECT 1 FROM account")).hasSize(3);
    }

    @Test
    void domains_without_verification_are_a_fault() {
        assertThatThrownBy(() -> TestYaml.config("accounts: {allowed_domains: [example.com]}"))
                .hasMessageContaining("GH171");
    }

    @Test
    void an_account_without_an_address_has_none_to_verify() {
        house.config = TestYaml.config(
                """
                accounts: {verify_email: on}
                email: {from: "Shop <no-reply@example.com>", smtp: mailbox}
                """);
        house.has("carol", PASSWORD);
        assertThat(house.login("carol", PASSWORD).status()).isEqualTo(200);
        assertThat(reason(registers(person("dora")))).isEqualTo("email_invalid");
    }

    @Test
    void whoever_registers_accepts_the_terms_in_their_newest_version() {
        house.config = TestYaml.config(TERMS.formatted("2026-01"));
        assertThat(reason(registers(person("carol")))).isEqualTo("terms_required");
        assertThat(reason(registers(person("carol").put("terms", "2025-01")))).isEqualTo("terms_required");
        assertThat(registers(person("carol").put("terms", "2026-01")).status()).isEqualTo(201);
        assertThat(house.login("carol", PASSWORD).status()).isEqualTo(200);
        var kept = house.sql("SELECT terms_version, terms_accepted_at FROM account")
                .get(0);
        assertThat(kept.getString(0)).isEqualTo("2026-01");
        assertThat(kept.getValue(1)).isNotNull();
        var form = browser.open("/register")
                .form("register")
                .with("username", "dora")
                .with("email", "dora@example.com")
                .with("password", PASSWORD);
        assertThat(form.submit().text()).contains("Please accept the terms");
        assertThat(form.with("terms", "2026-01").submit().text()).contains("your account is ready");
    }

    @Test
    void a_new_version_is_accepted_before_anything_is_given_and_tokens_that_are_there_go_on() {
        house.config = TestYaml.config(TERMS.formatted("2026-01"));
        registers(person("carol").put("terms", "2026-01"));
        String refresh = TestHouse.json(house.login("carol", PASSWORD)).getString("refresh_token");
        house.config = TestYaml.config(TERMS.formatted("2026-11"));
        Reply refused = house.login("carol", PASSWORD);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(reason(refused)).isEqualTo("terms_required");
        assertThat(house.refresh(refresh).status()).as("until the next sign-in").isEqualTo(200);

        String authorize = "/oauth/authorize?response_type=code&client_id=shop&scope=profile&code_challenge_method=S256"
                + "&code_challenge=" + TestCodes.CHALLENGE + "&redirect_uri=https%3A%2F%2Fshop.example%2Fcallback";
        Browser.Page page = browser.open(authorize)
                .form("login")
                .with("username", "carol")
                .with("password", PASSWORD)
                .submit();
        assertThat(page.path()).startsWith("/account/terms?flow=");
        assertThat(page.html()).contains("https://shop.example.com/terms");
        assertThat(browser.open(authorize + "&prompt=none").left().orElseThrow().getQuery())
                .contains("error=interaction_required");
        assertThat(browser.open(authorize).path()).startsWith("/account/terms?flow=");
        assertThat(page.form("terms").submit().status())
                .as("the box was left empty")
                .isEqualTo(422);
        assertThat(page.form("terms").with("terms", "2026-01").submit().status())
                .isEqualTo(422);
        assertThat(page.form("terms")
                        .with("terms", "2026-11")
                        .without("proof")
                        .submit()
                        .status())
                .isEqualTo(403);
        Browser.Page onward = page.form("terms").with("terms", "2026-11").submit();
        assertThat(onward.left().orElseThrow().getQuery()).contains("code=");
        assertThat(house.login("carol", PASSWORD).status()).isEqualTo(200);
        assertThat(house.sql("SELECT 1 FROM audit_event WHERE kind = 'terms_accepted'"))
                .hasSize(1);
        assertThat(browser.open("/account/terms").path()).isEqualTo("/");
    }

    @Test
    void whoever_signs_in_with_nothing_else_in_mind_is_asked_as_well() {
        house.has("carol", PASSWORD);
        house.config = TestYaml.config(TERMS.formatted("2026-01"));
        Browser.Page page = browser.open("/login")
                .form("login")
                .with("username", "carol")
                .with("password", PASSWORD)
                .submit();
        assertThat(page.path()).isEqualTo("/account/terms");
        assertThat(page.form("terms").with("terms", "2026-01").submit().path()).isEqualTo("/");
    }
}
