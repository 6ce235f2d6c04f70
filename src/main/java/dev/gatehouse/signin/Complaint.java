package dev.gatehouse.signin;

import dev.gatehouse.config.Config;
import dev.gatehouse.signin.Visitors.Visitor;
import dev.gatehouse.vocabulary.Refusal;
import dev.gatehouse.web.Words;
import java.util.Optional;

/** What a form says when it comes back, and of which of its fields. */
record Complaint(String alert, String field) {
    static final Complaint NONE = new Complaint("", "");

    /** Of what was written into a form that makes or changes an account; whatever else went wrong is none. */
    static Optional<Complaint> of(Throwable cause, Visitor visitor, Config config) {
        if (!(cause instanceof Refusal refusal)) return Optional.empty();
        Words words = visitor.visit().words();
        String code = refusal.problem().code();
        String key = "register.wrong." + code;
        if (!words.knows(key)) return Optional.empty();
        String alert = words.say(
                key,
                config.login().minLength(),
                String.join(", ", config.accounts().allowedDomains()));
        return Optional.of(new Complaint(alert, code.substring(0, code.indexOf('_'))));
    }
}
