package dev.gatehouse.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SignaturesTest {
    private static final byte[] TEXT = {1, 2, 3};

    static Stream<Arguments> pairs() {
        var providers =
                Stream.of(CryptoProvider.fastest(), CryptoProvider.ofTheJdk()).toList();
        return Stream.of(JwsAlgorithm.values()).flatMap(algorithm -> providers.stream()
                .flatMap(signs -> providers.stream().map(verifies -> Arguments.of(algorithm, signs, verifies))));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void one_provider_verifies_what_the_other_signed(
            JwsAlgorithm algorithm, CryptoProvider signs, CryptoProvider verifies) {
        var key = TestKeys.key(algorithm, KeyPhase.ACTIVE, signs.newPair(algorithm), java.time.Instant.EPOCH);
        var verifier = new Signatures(verifies);
        byte[] signature = new Signatures(signs).sign(key, TEXT);
        assertThat(verifier.verify(key.verification(), algorithm, TEXT, signature))
                .isTrue();
        assertThat(verifier.verify(key.verification(), algorithm, new byte[] {1}, signature))
                .isFalse();
        assertThat(verifier.verify(key.verification(), algorithm, TEXT, new byte[signature.length]))
                .isFalse();
        assertThat(verifier.verify(key.verification(), algorithm, TEXT, new byte[1]))
                .isFalse();
        assertThat(verifier.verify(key.verification(), algorithm, TEXT, signature))
                .as("after malformed ones")
                .isTrue();
    }

    @Test
    void a_key_serves_no_other_algorithm() {
        var key = TestKeys.key(JwsAlgorithm.RS256, KeyPhase.ACTIVE);
        byte[] signature = new Signatures(CryptoProvider.fastest()).sign(key, TEXT);
        assertThat(new Signatures(CryptoProvider.fastest())
                        .verify(key.verification(), JwsAlgorithm.PS256, TEXT, signature))
                .isFalse();
    }

    @Test
    void many_threads_and_more_keys_than_a_thread_keeps_do_not_disturb_each_other() throws Exception {
        var signatures = new Signatures(CryptoProvider.fastest());
        var keys = IntStream.range(0, 70)
                .mapToObj(i -> TestKeys.key(JwsAlgorithm.ES256, KeyPhase.ACTIVE))
                .toList();
        var threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Boolean> work = () -> keys.stream()
                    .allMatch(key -> signatures.verify(
                            key.verification(), JwsAlgorithm.ES256, TEXT, signatures.sign(key, TEXT)));
            for (var done : threads.invokeAll(java.util.Collections.nCopies(8, work)))
                assertThat(done.get()).isTrue();
        } finally {
            threads.shutdownNow();
        }
    }
}
