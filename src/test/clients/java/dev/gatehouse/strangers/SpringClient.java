package dev.gatehouse.strangers;

import static dev.gatehouse.strangers.Steps.ISSUER;
import static dev.gatehouse.strangers.Steps.SECRET;
import static dev.gatehouse.strangers.Steps.equal;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.util.Map;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.filter.DelegatingFilterProxy;
import org.springframework.web.servlet.DispatcherServlet;

/** Spring Security's OAuth 2.0 client: {@link SpringApp} in a Tomcat, signed in to by a person, and a service without people. */
final class SpringClient {
    private static final Steps STEPS = new Steps();
    private static final String HOME = "http://localhost:" + Steps.setting("SPRING_PORT");

    private SpringClient() {}

    public static void main(String[] arguments) {
        STEPS.step("the app starts with the issuer's URL and nothing else", SpringClient::started);
        STEPS.step("a private page sends people to sign in and shows itself afterwards", SpringClient::signedIn);
        STEPS.step("sign-out at the app is sign-out at the house", SpringClient::signedOut);
        STEPS.step("service: client_credentials, and the token opens the gate", SpringClient::service);
        System.exit(STEPS.status());
    }

    private static Object started() throws Exception {
        var application = new AnnotationConfigWebApplicationContext();
        application.register(SpringApp.class);
        var tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setHostname("localhost");
        tomcat.getConnector().setPort(Integer.parseInt(Steps.setting("SPRING_PORT")));
        var context = tomcat.addContext("", null);
        var security = new FilterDef();
        security.setFilterName("springSecurityFilterChain");
        security.setFilter(new DelegatingFilterProxy("springSecurityFilterChain", application));
        context.addFilterDef(security);
        var everywhere = new FilterMap();
        everywhere.setFilterName("springSecurityFilterChain");
        everywhere.addURLPattern("/*");
        context.addFilterMap(everywhere);
        context.addServletContainerInitializer(
                (classes, servlets) -> {
                    application.setServletContext(servlets);
                    application.refresh();
                },
                null);
        Tomcat.addServlet(context, "dispatcher", new DispatcherServlet(application))
                .setLoadOnStartup(1);
        context.addServletMappingDecoded("/", "dispatcher");
        tomcat.start();
        var front = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(HOME + "/")).build(), BodyHandlers.ofString());
        equal(front.body(), "welcome");
        return tomcat;
    }

    private static Object signedIn() throws Exception {
        Map<String, Object> page = Steps.person(HOME + "/me");
        if (!String.valueOf(page.get("text")).startsWith("alice ")) throw new AssertionError(page);
        return page;
    }

    /** The person signs in, then presses the button of Spring's own sign-out page. */
    private static Object signedOut() throws Exception {
        Map<String, Object> page = Steps.person(HOME + "/me", HOME + "/logout");
        equal(page.get("text"), "welcome");
        return page;
    }

    private static Object service() throws Exception {
        ClientRegistration worker = ClientRegistrations.fromIssuerLocation(ISSUER)
                .registrationId("worker")
                .clientId("worker")
                .clientSecret(SECRET)
                .scope("notes:read")
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build();
        var registrations = new InMemoryClientRegistrationRepository(worker);
        var manager = new AuthorizedClientServiceOAuth2AuthorizedClientManager(
                registrations, new InMemoryOAuth2AuthorizedClientService(registrations));
        manager.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder()
                .clientCredentials()
                .build());
        var authorized = manager.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("worker")
                .principal("worker")
                .build());
        var request = HttpRequest.newBuilder(URI.create(ISSUER + "/notes"))
                .header("Authorization", "Bearer " + authorized.getAccessToken().getTokenValue())
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        equal(answer.statusCode(), 200);
        return answer;
    }
}
