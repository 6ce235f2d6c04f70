package dev.gatehouse.oauth;

import dev.gatehouse.clients.ClientAuthentication;
import dev.gatehouse.clients.Clients;
import dev.gatehouse.clients.GrantType;
import dev.gatehouse.clients.registration.ClientUse;
import dev.gatehouse.clients.registration.Registration;
import dev.gatehouse.oauth.authorize.Authorizing;
import dev.gatehouse.oauth.device.DeviceAuthorizationEndpoint;
import dev.gatehouse.oauth.device.DeviceGrant;
import dev.gatehouse.oauth.device.DevicePage;
import dev.gatehouse.oauth.grant.ClientCredentials;
import dev.gatehouse.oauth.grant.CodeGrant;
import dev.gatehouse.oauth.grant.Grant;
import dev.gatehouse.oauth.grant.RefreshGrant;
import dev.gatehouse.oauth.grant.TokenExchange;
import dev.gatehouse.oauth.grant.WrongGrants;
import dev.gatehouse.signin.AccessTokens;
import dev.gatehouse.signin.HomePage;
import dev.gatehouse.signin.House;
import dev.gatehouse.signin.Onward;
import dev.gatehouse.web.Address;
import dev.gatehouse.web.ErrorForm;
import dev.gatehouse.web.Pages;
import dev.gatehouse.web.Takes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The room's front: the addresses of the protocol and the documents about them. Made once for all event loops. */
public final class OAuth {
    private final List<Address> addresses;
    private final BackChannelLogout backChannel;
    private final Onward onward;
    private final SideDoor sideDoor;

    public OAuth(House house) {
        var authentication = house.clientAuthentication();
        var subjects = new Subjects(house);
        var browserApps = house.clients();
        var grants = grants(house, new AccessTokens(house.tokens().mint(), house.config()));
        var token = new TokenEndpoint(
                authentication,
                new DpopProofs(house),
                grants,
                new ClientUse(house.database(), house.config(), house.clock()),
                house.clock());
        var authorizing = new Authorizing(house, authentication);
        this.onward = authorizing.onward();
        this.backChannel = new BackChannelLogout(house, subjects);
        var introspection = new IntrospectionEndpoint(house, authentication, subjects);
        var revocation = new RevocationEndpoint(house, authentication);
        var userInfo = new UserInfoEndpoint(house, subjects);
        this.sideDoor = new SideDoor(token, introspection, revocation, userInfo);
        var all = new ArrayList<Address>();
        all.add(Address.post("/oauth/token", Takes.FORM, token::token)
                .sayingNo(ErrorForm.OAUTH)
                .openTo(browserApps::allows));
        all.addAll(authorizing.addresses());
        all.addAll(devices(house, authentication));
        all.addAll(aboutTokens(introspection, revocation, userInfo, browserApps));
        all.addAll(signingOut(house, subjects));
        all.addAll(registration(house).addresses());
        all.addAll(documents(house, all, grants.keySet()));
        this.addresses = List.copyOf(all);
    }

    private static List<Address> devices(House house, ClientAuthentication authentication) {
        var authorization = new DeviceAuthorizationEndpoint(house, authentication);
        var page = new DevicePage(house);
        return List.of(
                Address.post("/oauth/device", Takes.FORM, authorization::begin)
                        .sayingNo(ErrorForm.OAUTH)
                        .openTo(house.clients()::allows),
                Address.get("/device", page::show).sayingNo(ErrorForm.PAGE),
                Address.post("/device", Takes.FORM, page::decide).sayingNo(ErrorForm.PAGE));
    }

    /** What there is to be done with tokens once they are there. */
    private static List<Address> aboutTokens(
            IntrospectionEndpoint introspection,
            RevocationEndpoint revocation,
            UserInfoEndpoint userInfo,
            Clients browserApps) {
        return List.of(
                Address.post("/oauth/introspect", Takes.FORM, introspection::introspect)
                        .sayingNo(ErrorForm.OAUTH),
                Address.post("/oauth/revoke", Takes.FORM, revocation::revoke)
                        .sayingNo(ErrorForm.OAUTH)
                        .openTo(browserApps::allows),
                Address.get("/oauth/userinfo", userInfo::userInfo)
                        .sayingNo(ErrorForm.BEARER)
                        .openTo(browserApps::allows),
                Address.post("/oauth/userinfo", Takes.MAYBE_FORM, userInfo::userInfo)
                        .sayingNo(ErrorForm.BEARER)
                        .openTo(browserApps::allows));
    }

    private static Registration registration(House house) {
        return new Registration(
                house.database(),
                house.config(),
                house.url(),
                house.clients(),
                house.outbound(),
                house.revocations(),
                house.trail(),
                house.clock(),
                house.random());
    }

    private static List<Address> signingOut(House house, Subjects subjects) {
        var endSession = new EndSessionEndpoint(house, subjects);
        return List.of(
                Address.get(EndSessionEndpoint.PATH, endSession::get).sayingNo(ErrorForm.PAGE),
                Address.post(EndSessionEndpoint.PATH, Takes.FORM, endSession::post)
                        .sayingNo(ErrorForm.PAGE));
    }

    /** What everybody may read. {@code others} are what the metadata can name besides. */
    private static List<Address> documents(House house, List<Address> others, Set<GrantType> grants) {
        var paths = others.stream().map(Address::path).collect(Collectors.toSet());
        paths.add("/oauth/jwks");
        var jwks = new JwksEndpoint(house.ring());
        var discovery = new Discovery(house, paths, grants);
        var front = new FrontPage(house.url());
        var home = new HomePage(house);
        return List.of(
                Address.get("/", call -> Pages.wanted(call) ? home.show(call) : front.links(call))
                        .sayingNo(ErrorForm.PAGE),
                Address.get("/oauth/jwks", jwks).openToEveryOrigin(),
                Address.get("/.well-known/openid-configuration", discovery).openToEveryOrigin(),
                Address.get("/.well-known/oauth-authorization-server", discovery)
                        .openToEveryOrigin(),
                Address.get("/_gate/openapi.json", front::openApi).openToEveryOrigin(),
                Address.get("/_gate/problems/{reason}", front::problem).openToEveryOrigin());
    }

    private static Map<GrantType, Grant> grants(House house, AccessTokens tokens) {
        var wrong = new WrongGrants(house.clock());
        var idTokens = new IdTokens(house);
        return Map.of(
                GrantType.AUTHORIZATION_CODE, wrong.counted(new CodeGrant(house, tokens, idTokens)),
                GrantType.REFRESH_TOKEN, wrong.counted(new RefreshGrant(house, tokens, idTokens)),
                GrantType.DEVICE_CODE, wrong.counted(new DeviceGrant(house, tokens, idTokens)),
                GrantType.TOKEN_EXCHANGE, new TokenExchange(house, tokens),
                GrantType.CLIENT_CREDENTIALS, new ClientCredentials(house, tokens));
    }

    public List<Address> addresses() {
        return addresses;
    }

    /** Who goes on with what clients asked for, once people have signed in. */
    public Onward onward() {
        return onward;
    }

    /** The same for callers within this JVM. */
    public SideDoor sideDoor() {
        return sideDoor;
    }

    /** Who tells clients of sessions that ended; to be started where others may be called. */
    public BackChannelLogout backChannel() {
        return backChannel;
    }
}
