package dev.gatehouse.edge;

import dev.gatehouse.tokens.Claims;
import dev.gatehouse.vocabulary.Reason;
import dev.gatehouse.web.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /_gate/check}: another gateway asks whether it may let a request through, and who is calling. What it was asked is read from the fields that such gateways
 * send, or from the rest of the path; from there on it is a request like any other, but for the last step: nobody is called, the answer says yes. Two accounts of the
 * request are no account: one of them could be the caller's own.
 */
final class ForwardAuth {
    static final String PATH = "/_gate/check";

    private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");

    /** Every field that an API may take a caller's identity from; those that say nothing are sent empty, since some gateways leave a client's own in their place. */
    private static final List<String> IDENTITY = List.of(
            IdentityFields.SUBJECT,
            IdentityFields.USER,
            IdentityFields.CLIENT,
            IdentityFields.SCOPES,
            IdentityFields.ROLES,
            IdentityFields.IDENTITY);

    /** How a gateway tells of the request, all of its words or none. */
    private enum Account {
        /** Traefik, Caddy. */
        FORWARDED("X-Forwarded-Uri", "X-Forwarded-Method"),
        /** nginx. */
        ORIGINAL_URI("X-Original-URI", "X-Original-Method"),
        /** nginx as an ingress. */
        ORIGINAL_URL("X-Original-URL", "X-Original-Method");

        private final String target;
        private final String method;

        Account(String target, String method) {
            this.target = target;
            this.method = method;
        }
    }

    private ForwardAuth() {}

    /** What the gateway was asked. {@code plain}: it understands 401 and 403 and nothing else (nginx). */
    record Original(HttpMethod method, @Nullable String host, boolean plain) {
        int status(int meant) {
            if (!plain || meant == 401 || meant == 403 || (meant >= 200 && meant < 300)) return meant;
            return meant == 302 ? 401 : 403;
        }
    }

    /** Asked of the address as it came, before anything in it is resolved: nothing behind the prefix is ever taken for an address of ours. */
    static boolean isAsked(String uri) {
        return uri.startsWith(PATH)
                && (uri.length() == PATH.length()
                        || uri.charAt(PATH.length()) == '/'
                        || uri.charAt(PATH.length()) == '?');
    }

    /** False when it was refused. */
    static boolean begin(Passage passage) {
        if (!passage.trusted) {
            Answers.refuse(passage, Reason.NETWORK_NOT_ALLOWED, "Only the proxies under `trust_proxy` may ask this.");
            return false;
        }
        try {
            read(passage);
            return true;
        } catch (Unclear no) {
            Answers.refuse(passage, no.reason, no.detail);
            return false;
        }
    }

    private static void read(Passage passage) {
        MultiMap fields = passage.request.headers();
        String suffix = passage.request.uri().substring(PATH.length());
        List<Account> accounts = new ArrayList<>();
        for (Account account : Account.values()) if (fields.contains(account.target)) accounts.add(account);
        if (accounts.size() + (suffix.isEmpty() ? 0 : 1) != 1)
            throw unclear("The original request is not told, or in more than one way.");
        if (!suffix.isEmpty()) bySuffix(passage, suffix);
        else byFields(passage, accounts.get(0));
    }

    /** Envoy asks with the method, the Host and the target of the original request, the prefix apart. */
    private static void bySuffix(Passage passage, String suffix) {
        passage.target = target(passage, passage.request.method().name(), suffix);
        passage.check = new Original(passage.request.method(), null, false);
    }

    private static void byFields(Passage passage, Account account) {
        String method = one(passage, account.method);
        if (!METHOD.matcher(method).matches()) throw unclear(account.method + " is not a method.");
        RequestTarget.Canonical target = target(passage, method, one(passage, account.target));
        boolean absolute = target.authority().isPresent();
        if (absolute != (account == Account.ORIGINAL_URL)) throw unclear(account.target + " is not what it should be.");
        String host = account == Account.FORWARDED ? one(passage, "X-Forwarded-Host") : null;
        if (host != null && !Framing.isHost(host)) throw unclear("X-Forwarded-Host is not a host.");
        passage.target = target;
        passage.check = new Original(HttpMethod.valueOf(method), host, account != Account.FORWARDED);
    }

    private static String one(Passage passage, String name) {
        List<String> values = passage.request.headers().getAll(name);
        if (values.size() != 1) throw unclear(name + " is missing, or was sent more than once.");
        return values.get(0);
    }

    private static RequestTarget.Canonical target(Passage passage, String method, String text) {
        RequestTarget target =
                RequestTarget.parse(method, text, passage.snapshot.limits().uriSize());
        if (target instanceof RequestTarget.Refused no) throw new Unclear(no.reason(), no.detail());
        var canonical = (RequestTarget.Canonical) target;
        if (!isWrittenSo(canonical, text))
            throw unclear("The address can be written in another way, and is not decided on.");
        return canonical;
    }

    /** The gateway forwards the address as it came, not as we have read it; so it must be the same but for the letters of its escapes. */
    private static boolean isWrittenSo(RequestTarget.Canonical target, String text) {
        int path = target.authority().isEmpty() ? 0 : text.indexOf('/', text.indexOf("//") + 2);
        return path >= 0 && target.uri().equalsIgnoreCase(text.substring(path));
    }

    private static Unclear unclear(String detail) {
        return new Unclear(Reason.AMBIGUOUS_REQUEST, detail);
    }

    /** Yes: with what the gateway hands on to the API. */
    static void allow(Passage passage) {
        var told = new HashMap<String, String>();
        Claims claims = passage.claims;
        boolean relay = passage.route().relaysTokens();
        if (passage.identity != null) told.put(IdentityFields.IDENTITY, passage.identity);
        else if (claims != null && !relay) IdentityFields.stamp(claims, told::put);
        Reply reply = Reply.empty(200).with("Cache-Control", "no-store");
        for (String name : IDENTITY) reply = reply.with(name, told.getOrDefault(name, ""));
        if (relay && passage.sessionToken != null)
            reply = reply.with("Authorization", "Bearer " + passage.sessionToken);
        Answers.give(passage, reply);
    }

    /** Never leaves this class. */
    private static final class Unclear extends RuntimeException {
        private final Reason reason;
        private final String detail;

        Unclear(Reason reason, String detail) {
            super(detail, null, false, false);
            this.reason = reason;
            this.detail = detail;
        }
    }
}
