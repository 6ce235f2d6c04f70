package dev.gatehouse.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

final class Argon2Test {
    private static final JavaArgon2 JAVA = new JavaArgon2(1024);
    private static final Argon2 FASTEST = Argon2.fastest(1024);

    @Property(tries = 200)
    @Label("LS09 the system's library and Java compute the same hash, of every kind, version, cost and length")
    void whoever_computes(
            @ForAll @IntRange(min = 0, max = 2) int kind,
            @ForAll boolean newest,
            @ForAll @IntRange(min = 16, max = 256) int memory,
            @ForAll @IntRange(min = 1, max = 3) int passes,
            @ForAll @IntRange(min = 1, max = 2) int lanes,
            @ForAll @Size(min = 8, max = 48) byte[] salt,
            @ForAll @IntRange(min = 16, max = 64) int length,
            @ForAll @StringLength(max = 128) String password) {
        var like = new Argon2Hash(
                new String[] {"argon2d", "argon2i", "argon2id"}[kind],
                newest ? 19 : 16,
                new Argon2Hash.Cost(memory, passes, lanes),
                salt,
                new byte[length]);
        byte[] bytes = Password.typed(password).bytes();
        assertThat(FASTEST.compute(like, bytes)).isEqualTo(JAVA.compute(like, bytes));
    }

    @Example
    @Label("where Debian's libargon2 is, it is the one that computes")
    void where_it_is() {
        boolean there = Files.exists(Path.of("/usr/lib/x86_64-linux-gnu/libargon2.so.1"));
        assertThat(NativeArgon2.isThere() || !there).isTrue();
    }
}
