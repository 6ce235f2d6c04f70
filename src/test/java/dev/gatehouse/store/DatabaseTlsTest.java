package dev.gatehouse.store;

import static dev.gatehouse.store.TestDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.Ports;
import dev.gatehouse.vocabulary.Secret;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An external server with TLS: its certificate names localhost, and not 127.0.0.1. */
final class DatabaseTlsTest {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void a_server_speaks_tls_on_a_port() throws Exception {
        certificate("server");
        certificate("stranger");
        ServerAccount.choose(folder.resolve("data/postgres/cluster")).own(folder.resolve("server.key"));
        server = EmbeddedPostgres.start(
                folder.resolve("data"),
                TestServer.binaries(),
                """
                listen_addresses = '127.0.0.1'
                port = %d
                ssl = on
                ssl_cert_file = '%s'
                ssl_key_file = '%s'
                """
                        .formatted(Ports.free(), folder.resolve("server.pem"), folder.resolve("server.key")));
    }

    @AfterAll
    static void it_is_stopped() {
        server.close();
    }

    @Test
    void verify_full_accepts_the_right_host_with_the_right_root() {
        assertThat(encrypted("localhost", "sslmode=verify-full&sslrootcert=" + folder.resolve("server.pem")))
                .isTrue();
    }

    @Test
    void verify_full_refuses_another_host() {
        assertRefused("127.0.0.1", "sslmode=verify-full&sslrootcert=" + folder.resolve("server.pem"));
    }

    @Test
    void verify_ca_accepts_another_host_and_refuses_another_root() {
        assertThat(encrypted("127.0.0.1", "sslmode=verify-ca&sslrootcert=" + folder.resolve("server.pem")))
                .isTrue();
        assertRefused("127.0.0.1", "sslmode=verify-ca&sslrootcert=" + folder.resolve("stranger.pem"));
    }

    @Test
    void verify_full_refuses_another_root_and_the_roots_of_this_machine() {
        assertRefused("localhost", "sslmode=verify-full&sslrootcert=" + folder.resolve("stranger.pem"));
        assertRefused("localhost", "sslmode=verify-full");
    }

    @Test
    void require_and_prefer_encrypt_and_disable_does_not() {
        assertThat(encrypted("localhost", "sslmode=require")).isTrue();
        assertThat(encrypted("localhost", "sslmode=prefer")).isTrue();
        assertThat(encrypted("localhost", "sslmode=disable")).isFalse();
    }

    @Test
    void require_refuses_a_server_without_tls() {
        try (var plain = Wire.to(TestServer.options(), TestServer.vertx())) {
            var options = plain.options();
            assertRefused(url("localhost", options.getPort(), options.getPassword(), "sslmode=require"));
            assertThat(encrypted(url("localhost", options.getPort(), options.getPassword(), "sslmode=prefer")))
                    .isFalse();
        }
    }

    private static boolean encrypted(String host, String query) {
        return encrypted(url(host, query));
    }

    private static boolean encrypted(PgConnectOptions options) {
        var database = Database.open(TestServer.vertx(), options, InstantSource.system());
        try {
            await(database.awaitReady());
            return await(database.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", Tuple.tuple()))
                    .iterator()
                    .next()
                    .getBoolean(0);
        } finally {
            await(database.close());
        }
    }

    private static void assertRefused(String host, String query) {
        assertRefused(url(host, query));
    }

    private static void assertRefused(PgConnectOptions options) {
        assertThatThrownBy(() -> encrypted(options))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("sslmode");
    }

    private static PgConnectOptions url(String host, String query) {
        PgConnectOptions own = server.options();
        return url(host, own.getPort(), own.getPassword(), query);
    }

    private static PgConnectOptions url(String host, int port, String password, String query) {
        return DatabaseUrl.parse(
                new Secret("postgres://gatehouse:" + password + "@" + host + ":" + port + "/postgres?" + query));
    }

    private static void certificate(String name) throws Exception {
        Path store = folder.resolve(name + ".p12");
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:localhost",
                        "-ext",
                        "bc=ca:true",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(STORE_PASSWORD),
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), STORE_PASSWORD);
        pem(
                folder.resolve(name + ".pem"),
                "CERTIFICATE",
                keys.getCertificate(name).getEncoded());
        pem(
                folder.resolve(name + ".key"),
                "PRIVATE KEY",
                keys.getKey(name, STORE_PASSWORD).getEncoded());
    }

    private static void pem(Path file, String what, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Folders.write(file, "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }
}
