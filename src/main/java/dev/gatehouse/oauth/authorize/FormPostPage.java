package dev.gatehouse.oauth.authorize;

import dev.gatehouse.signin.House;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.Reply;
import java.util.Map;
import java.util.Optional;

/**
 * The answer as a form that the browser posts to the client (OAuth 2.0 Form Post Response Mode §2): by a script of ours where there is JavaScript, by a button where
 * there is none. The template escapes what it shows, whatever a client put into {@code state}.
 */
final class FormPostPage {
    private final House house;

    FormPostPage(House house) {
        this.house = house;
    }

    Reply of(Destination destination, Map<String, String> answer, Call call, Optional<String> locales) {
        var visit = house.pages()
                .visit(call)
                .preferring(locales)
                .leadingTo(destination.redirect())
                .inPopup(true)
                .withScript()
                .once();
        return house.pages()
                .html(
                        200,
                        "form-post",
                        visit,
                        new FormPostView(destination.redirect(), ConsentPage.host(destination.redirect()), answer));
    }
}
