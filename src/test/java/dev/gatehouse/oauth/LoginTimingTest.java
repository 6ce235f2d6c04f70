package dev.gatehouse.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.store.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class LoginTimingTest {
    private static final int ACCOUNTS = 20;
    private static final int MOST_ROUNDS = 8;

    @RegisterExtension
    final TestDatabase db = new TestDatabase();

    /**
     * Known and unknown names in turn, each account tried at most ten times, from addresses of their own. Other work on the machine only ever makes a try slower, so
     * the quicker half of each kind is compared; a machine that is too busy for that gets more rounds, which a real difference would not survive either.
     */
    @Test
    @DisplayName(
            "LS01 a wrong password and an unknown name take the same time within 5 %, over 20 accounts and several addresses")
    void unknown_names_take_as_long() {
        var house = new TestHouse(db);
        house.has("known0", "zebra lamp forty");
        house.sql("INSERT INTO account (id, username, username_key, password_hash, password_changed_at)"
                + " SELECT 'id' || n, 'known' || n, 'known' || n, password_hash, now() FROM account, generate_series(1, "
                + (ACCOUNTS - 1) + ") n");
        for (int warmUp = 0; warmUp < 5; warmUp++) tries(house, "warm" + warmUp, "198.51.100.1");
        List<Long> known = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        double difference = 1;
        for (int round = 0; round < MOST_ROUNDS && (round < 2 || difference > 0.05); round++) {
            for (int account = 0; account < ACCOUNTS; account++) {
                String from = "203.0.113." + account;
                boolean knownFirst = (account + round) % 2 == 0;
                if (knownFirst) known.add(tries(house, "known" + account, from));
                unknown.add(tries(house, "nobody" + account, from));
                if (!knownFirst) known.add(tries(house, "known" + account, from));
            }
            difference = Math.abs(quickerHalf(known) / quickerHalf(unknown) - 1);
        }
        assertThat(difference).isLessThanOrEqualTo(0.05);
    }

    private static long tries(TestHouse house, String name, String from) {
        long began = System.nanoTime();
        assertThat(house.login(name, "not the password", from).status()).isEqualTo(401);
        return System.nanoTime() - began;
    }

    /** Their mean, in which pauses of the machine do not count. */
    static double quickerHalf(List<Long> nanos) {
        var sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.subList(0, (sorted.size() + 1) / 2).stream()
                .mapToLong(Long::longValue)
                .average()
                .orElseThrow();
    }
}
