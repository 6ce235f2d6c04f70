package dev.gatehouse.signin;

import dev.gatehouse.identity.ForeignIdentities;
import dev.gatehouse.identity.Passkeys;
import dev.gatehouse.signin.social.Providers;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.Endpoint;
import dev.gatehouse.web.ErrorForm;
import dev.gatehouse.web.FormBody;
import dev.gatehouse.web.FormProof;
import dev.gatehouse.web.Pages;
import dev.gatehouse.web.Takes;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** The room's front: the addresses by which people come in and go out. Made once for all event loops: what it counts, it counts together. */
public final class SignIn {
    private final List<Address> addresses;
    private final BrowserTokens sessions;
    private final Passkeys passkeys;

    public SignIn(House house, Onward onward) {
        var accessTokens = new AccessTokens(house.tokens().mint(), house.config());
        var signIns = new SignIns(house.database(), house.dues(), house.random(), house.refreshMint());
        var passwords = new PasswordCheck(house, signIns);
        var codes = new SecondFactorCodes(house);
        var login = new LoginEndpoint(house, signIns, passwords, codes, accessTokens);
        var rate = new NewcomerRate(house);
        var register = new RegisterEndpoint(house, rate);
        var logoutPages = new LogoutPages(house);
        var logout = new LogoutEndpoint(house, logoutPages);
        this.sessions = new BrowserTokens(house);
        var visitors = new Visitors(house);
        var entrance = new Entrance(house, sessions, onward);
        this.passkeys = new Passkeys(
                house.vertx(),
                house.database(),
                house.trail(),
                house.letters(),
                house.url(),
                house.clock(),
                house.random());
        var providers = new Providers(
                house.config(),
                house.url(),
                house.outbound(),
                house.remoteJwks(),
                house.tokens().signatures(),
                house.wrapping(),
                house.clock(),
                house.random());
        var identities = new ForeignIdentities(house.database(), house.trail(), house.letters());
        var ways = new OtherWays(house, visitors, providers);
        var strangers = new Strangers(house, visitors, providers, ways, identities, entrance, rate);
        var returns = new ProviderReturns(house, visitors, providers, identities, entrance, strangers);
        var loginsPage = new LoginsPage(house, visitors, providers, ways, identities);
        var loginPage = new LoginPage(house, visitors, passwords, entrance, passkeys, ways);
        var second = new SecondFactorPage(house, visitors, entrance, codes);
        var accountPage = new AccountPage(house, visitors);
        var appsPage = new AppsPage(house, visitors);
        var dataPage = new DataPage(house, visitors);
        var deletePage = new DeletePage(house, visitors, sessions);
        var keepPage = new KeepPage(house, visitors);
        var profilePage = new ProfilePage(house, visitors);
        var languagePage = new LanguagePage(house, visitors);
        var authenticator = new AuthenticatorPage(house, visitors, entrance);
        var passkeyPages = new PasskeyPages(house, visitors, entrance, passkeys);
        var passkeysPage = new PasskeysPage(house, visitors, passkeys);
        var passwordPage = new PasswordPage(house, visitors, passwords);
        var registerPage = new RegisterPage(house, visitors, ways, rate);
        var mailAsks = new MailAsks(house.clock());
        var emailPage = new EmailPage(house, visitors, mailAsks);
        var forgotPage = new ForgotPage(house, mailAsks, visitors);
        var resetPage = new ResetPage(house, mailAsks, visitors);
        var verifyPage = new VerifyPage(house, mailAsks, visitors);
        var setupPage = new SetupPage(house, visitors, entrance);
        var termsPage = new TermsPage(house, visitors);
        var sessionsPage = new SessionsPage(house, visitors);
        var all = new ArrayList<>(house.pages().addresses());
        all.add(Address.get("/register", registerPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post("/register", Takes.JSON_OR_FORM, either(registerPage::submit, register::register))
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get("/login", loginPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post("/login", Takes.JSON_OR_FORM, either(loginPage::submit, login::login))
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get(SecondFactorPage.PATH, second::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(SecondFactorPage.PATH, Takes.FORM, second::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(PasskeyPages.OPTIONS, Takes.FORM, passkeyPages::options));
        all.add(Address.post(PasskeyPages.PATH, Takes.FORM, passkeyPages::answer)
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get(PasskeysPage.PATH, passkeysPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(PasskeysPage.PATH, Takes.FORM, passkeysPage::submit)
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.post(PasskeysPage.OPTIONS, Takes.FORM, passkeysPage::options));
        all.add(Address.post(OtherWays.PATH + "{provider}", Takes.FORM, ways::leave)
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get(Providers.CALLBACK + "{provider}", returns::back).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(Strangers.PATH, strangers::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(Strangers.PATH, Takes.FORM, strangers::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(LoginsPage.PATH, loginsPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(LoginsPage.PATH, Takes.FORM, loginsPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(AccountPage.PATH, accountPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(AppsPage.PATH, appsPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(AppsPage.PATH, Takes.FORM, appsPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(DataPage.PATH, dataPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(DataPage.PATH, Takes.FORM, dataPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(DeletePage.PATH, deletePage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(DeletePage.PATH, Takes.FORM, deletePage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(KeepPage.PATH, keepPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(KeepPage.PATH, Takes.FORM, keepPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(ProfilePage.PATH, profilePage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(ProfilePage.PATH, Takes.FORM, profilePage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(EmailPage.PATH, emailPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(EmailPage.PATH, Takes.FORM, emailPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(LanguagePage.PATH, languagePage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(LanguagePage.PATH, Takes.FORM, languagePage::submit)
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get(AuthenticatorPage.PATH, authenticator::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(AuthenticatorPage.PATH, Takes.FORM, authenticator::submit)
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get(PasswordPage.PATH, passwordPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(PasswordPage.PATH, Takes.FORM, passwordPage::submit)
                .sayingNo(ErrorForm.PAGE));
        all.add(Address.get("/logout", logoutPages::page).sayingNo(ErrorForm.PAGE));
        all.add(Address.post("/logout", Takes.NOTHING, logout::post).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(SessionsPage.PATH, sessionsPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(SessionsPage.PATH, Takes.FORM, sessionsPage::end).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(ForgotPage.PATH, forgotPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(ForgotPage.PATH, Takes.FORM, forgotPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(ResetPage.PATH, resetPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(ResetPage.PATH, Takes.FORM, resetPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(VerifyPage.PATH, verifyPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(VerifyPage.PATH, Takes.FORM, verifyPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(VerifyPage.AGAIN, Takes.FORM, verifyPage::again).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(SetupPage.PATH, setupPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(SetupPage.PATH, Takes.FORM, setupPage::submit).sayingNo(ErrorForm.PAGE));
        all.add(Address.get(TermsPage.PATH, termsPage::show).sayingNo(ErrorForm.PAGE));
        all.add(Address.post(TermsPage.PATH, Takes.FORM, termsPage::submit).sayingNo(ErrorForm.PAGE));
        this.addresses = List.copyOf(all);
        providers.destinations();
    }

    /** People send forms, programs JSON; a form that is neither from a page nor from a browser is a program's mistake, and is told so. */
    private static Endpoint either(Endpoint people, Endpoint programs) {
        return call -> {
            if (!Takes.isForm(call)) return programs.answer(call);
            if (!Pages.wanted(call) && FormBody.of(call).field(FormProof.FIELD).isEmpty())
                throw Reason.UNSUPPORTED_MEDIA_TYPE.because("send Content-Type: application/json");
            return people.answer(call);
        };
    }

    /** The tokens behind the cookies of browsers. */
    public BrowserTokens sessions() {
        return sessions;
    }

    public List<Address> addresses() {
        return addresses;
    }

    public Future<Void> close() {
        return passkeys.close();
    }
}
