package dev.gatehouse.edge;

import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.vocabulary.CertifiedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate is shown to whom: by the name that the caller asks for (RFC 6066 §3) as it stands in the certificate itself, else by a wildcard for it (RFC 9525 §6.3), else
 * the first. Nothing is learned from callers, so nothing grows (CVE-2026-6860).
 */
final class ServerNames {
    private static final int DNS_NAME = 2;

    private final List<CertifiedKey> all;
    private final Map<String, List<CertifiedKey>> byName = new HashMap<>();

    ServerNames(List<CertifiedKey> all) {
        this.all = List.copyOf(all);
        for (CertifiedKey each : all)
            for (String name : names(each.chain().get(0)))
                byName.computeIfAbsent(name, first -> new ArrayList<>()).add(each);
    }

    /** Reads files, which have been checked: a fault in them is told as it is found. */
    static ServerNames of(List<DoorSettings.Certificate> files) {
        var read = new ArrayList<CertifiedKey>();
        for (DoorSettings.Certificate each : files) {
            try {
                read.add(CertifiedKey.read(each.cert(), each.key()));
            } catch (IOException gone) {
                throw new UncheckedIOException(each.cert() + " or its key cannot be read", gone);
            } catch (GeneralSecurityException broken) {
                throw new IllegalArgumentException(each.cert() + " cannot be used: " + broken.getMessage(), broken);
            }
        }
        return new ServerNames(read);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Of the kind that the caller can check; null: there is none. {@code name} null: the caller has not said. */
    @Nullable
    CertifiedKey shown(@Nullable String name, String keyType) {
        List<CertifiedKey> named = name == null ? null : named(name.toLowerCase(Locale.ROOT));
        CertifiedKey found = named == null ? null : ofKind(named, keyType);
        // A name that is known by another kind of key is not answered with somebody else's certificate.
        return found != null || named != null ? found : ofKind(first(), keyType);
    }

    private @Nullable List<CertifiedKey> named(String name) {
        List<CertifiedKey> exact = byName.get(name);
        if (exact != null) return exact;
        int dot = name.indexOf('.');
        return dot <= 0 ? null : byName.get("*" + name.substring(dot));
    }

    /** The first one, and those of its very names with another kind of key. */
    private List<CertifiedKey> first() {
        if (all.isEmpty()) return List.of();
        Collection<String> names = names(all.get(0).chain().get(0));
        return all.stream()
                .filter(each ->
                        each.equals(all.get(0)) || names(each.chain().get(0)).equals(names))
                .toList();
    }

    private static @Nullable CertifiedKey ofKind(List<CertifiedKey> some, String keyType) {
        for (CertifiedKey each : some)
            if (keyType.startsWith(each.key().getAlgorithm()) || isForRsa(each, keyType)) return each;
        return null;
    }

    private static boolean isForRsa(CertifiedKey each, String keyType) {
        return keyType.equals("RSASSA-PSS") && each.key().getAlgorithm().equals("RSA");
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            var names = new ArrayList<String>();
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives == null) return names;
            for (List<?> alternative : alternatives)
                if (alternative.get(0).equals(DNS_NAME))
                    names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
            return names;
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
