package dev.gatehouse.identity;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.COSEKey;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import dev.gatehouse.keys.PublicJwk;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the two ceremonies check of bytes, keys and signatures (WebAuthn L3 §7.1 and §7.2), by webauthn4j. The only class that knows it: the first use loads a thousand
 * classes, so it is made late and on a thread where nobody else waits. Challenges, owners and counters are judged elsewhere ({@link Passkeys}).
 */
final class WebAuthn {
    private static final int ED25519_BYTES = 44;

    private final ObjectConverter converter = new ObjectConverter();
    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(converter);
    private final List<PublicKeyCredentialParameters> algorithms = Passkeys.ALGORITHMS.stream()
            .map(number -> new PublicKeyCredentialParameters(
                    PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(number)))
            .toList();
    private final Origin origin;
    private final String host;

    /** For the house at {@code origin}, whose passkeys are good for {@code host}. */
    WebAuthn(String origin, String host) {
        this.origin = new Origin(origin);
        this.host = host;
        // Counters are judged by the statement that moves them on, where no other node can come between.
        manager.getAuthenticationDataVerifier().setMaliciousCounterValueHandler(back -> {});
    }

    /** What is kept of a passkey: its key is a COSE_Key (RFC 9052 §7). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Key(byte[] id, byte[] cose, boolean backupEligible) {}

    /** What a passkey said of itself when it was made. */
    record Made(Key key, String model, long signCount, boolean backedUp) {}

    /** What a passkey says of itself when it proves itself. */
    record Said(boolean userVerified, long signCount, boolean backedUp) {}

    /** §7.1 from step 7 on. Attestations are read and not believed: none is asked for. */
    Made made(PasskeyAnswer.New answer) throws Unfit {
        return checked(() -> {
            var request = new RegistrationRequest(
                    answer.attestation(), answer.clientData().json());
            var data = manager.verify(
                    request, new RegistrationParameters(server(answer.clientData()), algorithms, false, true));
            var said = data.getAttestationObject().getAuthenticatorData();
            var credential = said.getAttestedCredentialData();
            if (!Arrays.equals(credential.getCredentialId(), answer.id())) throw new Odd("it has two ids");
            refuseOddKeys(credential.getCOSEKey().getPublicKey());
            byte[] cose = converter.getCborConverter().writeValueAsBytes(credential.getCOSEKey());
            return new Made(
                    new Key(answer.id(), cose, said.isFlagBE()),
                    String.valueOf(credential.getAaguid()),
                    said.getSignCount(),
                    said.isFlagBS());
        });
    }

    /** §7.2 from step 10 on, but for the counter. */
    Said proved(PasskeyAnswer.Proof answer, Key key, boolean verifyUser) throws Unfit {
        return checked(() -> {
            var request = new AuthenticationRequest(
                    answer.id(), answer.authenticatorData(), answer.clientData().json(), answer.signature());
            var data = manager.verify(
                    request,
                    new AuthenticationParameters(server(answer.clientData()), stored(key), null, verifyUser, true));
            var said = data.getAuthenticatorData();
            return new Said(said.isFlagUV(), said.getSignCount(), said.isFlagBS());
        });
    }

    /** That the challenge is one of ours, asked for this and not used before, has been seen by whoever calls. */
    private ServerProperty server(PasskeyAnswer.ClientData clientData) {
        return ServerProperty.builder()
                .origin(origin)
                .rpId(host)
                .challenge(new DefaultChallenge(clientData.challenge()))
                .build();
    }

    private CredentialRecord stored(Key key) {
        var cose = converter.getCborConverter().readValue(key.cose(), COSEKey.class);
        return new CredentialRecordImpl(
                new NoneAttestationStatement(),
                null,
                key.backupEligible(),
                null,
                0,
                new AttestedCredentialData(AAGUID.ZERO, key.id(), cose),
                null,
                null,
                null,
                null);
    }

    /** As strict as for any other key that is not ours: points on P-256 or Ed25519, RSA of sizes that are neither weak nor slow. */
    private static void refuseOddKeys(PublicKey key) {
        if (key.getAlgorithm().matches("Ed.*") && key.getEncoded().length != ED25519_BYTES)
            throw new Odd("its key is on a curve that is not taken");
        try {
            PublicJwk.read(PublicJwk.write(key));
        } catch (PublicJwk.Unusable unusable) {
            throw new Odd("its key is of no use: " + unusable.getMessage());
        }
    }

    /** Something of our own that is not as it has to be. */
    private static final class Odd extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Odd(String why) {
            super(why, null, false, false);
        }
    }

    /** The library says what it does not like by exceptions of many kinds, and not all of them are its own where bytes are odd enough. */
    private static <T> T checked(Supplier<T> ceremony) throws Unfit {
        try {
            return ceremony.get();
        } catch (Odd odd) {
            throw new Unfit(String.valueOf(odd.getMessage()));
        } catch (RuntimeException | StackOverflowError refused) {
            throw new Unfit(refused.getClass().getSimpleName());
        }
    }
}
