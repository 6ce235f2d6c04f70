package dev.gatehouse.identity;

import dev.gatehouse.keys.Base64Url;
import dev.gatehouse.tokens.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a browser hands over, as its {@code PublicKeyCredential.toJSON()} writes it (WebAuthn L3 §5.1), read strictly and with bounds: every text in base64url has one
 * spelling, and the page that asked was one of ours and no frame in another's. Results of extensions are not read; none is asked for that matters.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
sealed interface PasskeyAnswer {
    /** Longest JSON; an attestation with a chain of certificates has some 6 KiB. */
    int LONGEST = 16 * 1024;

    /** WebAuthn L3 §7.1, step 26. */
    int LONGEST_ID = 1023;

    byte[] id();

    ClientData clientData();

    /** A new passkey. */
    record New(byte[] id, ClientData clientData, byte[] attestation, List<String> transports) implements PasskeyAnswer {
        public New {
            transports = List.copyOf(transports);
        }

        static New read(String json) throws Unfit {
            var credential = credential(json);
            var response = response(credential);
            return new New(
                    idOf(credential),
                    ClientData.read(bytes(response, "clientDataJSON")),
                    bytes(response, "attestationObject"),
                    transportsOf(response));
        }
    }

    /** A passkey that proves itself; {@code owner} is the user handle, which a passkey that was not asked for by its id has to give. */
    record Proof(byte[] id, ClientData clientData, byte[] authenticatorData, byte[] signature, Optional<String> owner)
            implements PasskeyAnswer {
        static Proof read(String json) throws Unfit {
            var credential = credential(json);
            var response = response(credential);
            return new Proof(
                    idOf(credential),
                    ClientData.read(bytes(response, "clientDataJSON")),
                    bytes(response, "authenticatorData"),
                    bytes(response, "signature"),
                    response.containsKey("userHandle")
                            ? Optional.of(new String(bytes(response, "userHandle"), StandardCharsets.UTF_8))
                            : Optional.empty());
        }
    }

    /** What the browser says of the page that asked, and what it was asked (§5.8.1); the signature covers every byte of it. */
    record ClientData(byte[] json, String challenge) {
        static ClientData read(byte[] json) throws Unfit {
            var members = object(json);
            if (!members.getOrDefault("crossOrigin", false).equals(false) || members.containsKey("topOrigin"))
                throw new Unfit("it was asked for in a frame of another origin");
            return new ClientData(json, text(members, "challenge"));
        }
    }

    private static Map<String, Object> credential(String json) throws Unfit {
        if (json.length() > LONGEST) throw new Unfit("it is longer than 16 KiB");
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST) throw new Unfit("it is longer than 16 KiB");
        var credential = object(utf8);
        if (!"public-key".equals(credential.get("type"))) throw new Unfit("it is of another type than public-key");
        if (!text(credential, "id").equals(text(credential, "rawId"))) throw new Unfit("it has two ids");
        return credential;
    }

    private static byte[] idOf(Map<String, Object> credential) throws Unfit {
        byte[] id = bytes(credential, "rawId");
        if (id.length > LONGEST_ID) throw new Unfit("its id is longer than 1023 bytes");
        return id;
    }

    @SuppressWarnings("unchecked") // StrictJson makes maps with names of texts only
    private static Map<String, Object> response(Map<String, Object> credential) throws Unfit {
        if (credential.get("response") instanceof Map<?, ?> response) return (Map<String, Object>) response;
        throw new Unfit("it has no response");
    }

    /** What browsers do not know of, they are not told again. */
    private static List<String> transportsOf(Map<String, Object> response) {
        if (!(response.get("transports") instanceof List<?> transports)) return List.of();
        return transports.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(transport -> transport.matches("[a-z-]{1,16}"))
                .distinct()
                .sorted()
                .limit(8)
                .toList();
    }

    private static Map<String, Object> object(byte[] utf8) throws Unfit {
        try {
            return StrictJson.object(utf8);
        } catch (StrictJson.Malformed malformed) {
            throw new Unfit(String.valueOf(malformed.getMessage()));
        }
    }

    private static String text(Map<String, Object> members, String name) throws Unfit {
        if (members.get(name) instanceof String text) return text;
        throw new Unfit(name + " is missing");
    }

    private static byte[] bytes(Map<String, Object> members, String name) throws Unfit {
        byte @Nullable [] bytes = Base64Url.decode(text(members, name));
        if (bytes == null || bytes.length == 0) throw new Unfit(name + " is not base64url");
        return bytes;
    }
}
