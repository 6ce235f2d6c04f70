package dev.gatehouse.strangers;

import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

// --8<-- Spring app
/** A web app that signs people in by Spring Security; of the house it knows the issuer, its own id and its secret. */
@Configuration
@EnableWebMvc
@EnableWebSecurity
public class SpringApp {
    @Bean
    ClientRegistrationRepository registrations() {
        return new InMemoryClientRegistrationRepository(ClientRegistrations.fromIssuerLocation(Steps.ISSUER)
                .registrationId("gatehouse")
                .clientId("web-app")
                .clientSecret(Steps.SECRET)
                .scope("openid", "profile", "notes:read")
                .build());
    }

    @Bean
    SecurityFilterChain security(HttpSecurity http, ClientRegistrationRepository registrations) throws Exception {
        var leave = new OidcClientInitiatedLogoutSuccessHandler(registrations);
        leave.setPostLogoutRedirectUri("{baseUrl}/");
        return http.authorizeHttpRequests(requests ->
                        requests.requestMatchers("/").permitAll().anyRequest().authenticated())
                .oauth2Login(Customizer.withDefaults())
                .logout(logout -> logout.logoutSuccessHandler(leave))
                .build();
    }

    /** What the app shows. */
    @RestController
    static class Pages {
        @GetMapping(value = "/", produces = MediaType.TEXT_PLAIN_VALUE)
        String front() {
            return "welcome";
        }

        @GetMapping(value = "/me", produces = MediaType.TEXT_PLAIN_VALUE)
        String me(@AuthenticationPrincipal OidcUser user) {
            return user.getPreferredUsername() + " " + Map.of("sub", user.getSubject());
        }
    }
}
// --8<-- end
