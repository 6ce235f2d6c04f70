package dev.gatehouse.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The programs of a server as the account that owns its data runs them. */
record ServerPrograms(PostgresBinaries binaries, ServerAccount account) {
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Makes new data: passwords by SCRAM, checksums on every page, an order of text that no update of the machine changes. */
    Program initdb(Path cluster, String user, Path password, Duration limit) throws IOException {
        return Program.run(
                account.running(
                        binaries.program("initdb"),
                        "--pgdata=" + cluster,
                        "--username=" + user,
                        "--auth=scram-sha-256",
                        "--pwfile=" + password,
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums",
                        "--no-instructions"),
                limit);
    }

    /** Starts the server in a session of its own: Ctrl-C at the terminal reaches the gate alone, which stops the server last. */
    Program start(Path cluster, Path log, Duration limit) throws IOException {
        return control("start", cluster, limit, "--log=" + log);
    }

    /** {@code mode} is {@code fast} (sessions end, all is written) or {@code immediate} (what is committed is recovered at the next start). */
    Program stop(Path cluster, String mode, Duration limit) throws IOException {
        return control("stop", cluster, limit, "--mode=" + mode);
    }

    private Program control(String what, Path cluster, Duration limit, String how) throws IOException {
        return Program.run(
                account.running(
                        binaries.program("pg_ctl"),
                        what,
                        "--pgdata=" + cluster,
                        how,
                        "--wait",
                        "--timeout=" + limit.toSeconds()),
                limit.plus(GRACE));
    }
}
