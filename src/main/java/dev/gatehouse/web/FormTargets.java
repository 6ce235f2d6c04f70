package dev.gatehouse.web;

import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Sources of a policy's {@code form-action} for an address that a form leads to (CSP3 §6.5.1). An address of the web is its origin; an app's own scheme stands alone.
 * What could end the directive is never part of it.
 */
final class FormTargets {
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,63}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]");

    private FormTargets() {}

    static Set<String> of(String address) {
        try {
            URI uri = URI.create(address);
            String scheme = uri.getScheme();
            if (scheme == null || !SCHEME.matcher(scheme).matches()) return Set.of();
            if (!scheme.equalsIgnoreCase("https") && !scheme.equalsIgnoreCase("http")) return Set.of(scheme + ":");
            String host = uri.getHost();
            if (host == null || !HOST.matcher(host).matches()) return Set.of();
            // CSP knows no literal IPv6 hosts; a page that leads to one may lead to its whole scheme.
            if (host.startsWith("[")) return Set.of(scheme + ":");
            return Set.of(scheme + "://" + host + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
        } catch (IllegalArgumentException notAnAddress) {
            return Set.of();
        }
    }
}
