package dev.gatehouse.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.config.MailSettings.Login;
import dev.gatehouse.config.MailSettings.Sender;
import dev.gatehouse.config.MailSettings.Smtp;
import dev.gatehouse.config.MailSettings.Tls;
import dev.gatehouse.vocabulary.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MailSettingsTest {
    @TempDir
    Path folder;

    @Test
    void a_server_is_asked_for_tls_before_it_gets_a_password() {
        assertThat(MailReader.smtp("smtp://shop:p%40ss@smtp.example.com"))
                .isEqualTo(new Smtp.Server(
                        "smtp.example.com", 587, Tls.STARTTLS, Optional.of(new Login("shop", new Secret("p@ss")))));
    }

    @ParameterizedTest
    @CsvSource({
        "smtp://smtp.example.com:25,STARTTLS,25",
        "smtp://smtp.example.com:25?tls=off,OFF,25",
        "smtp://smtp.example.com?tls=starttls,STARTTLS,587",
        "smtps://smtp.example.com,IMPLICIT,465",
        "smtp://localhost:1025,OFF,1025",
        "smtp://127.0.0.1:1025,OFF,1025",
        "smtp://[::1]:1025?tls=starttls,STARTTLS,1025"
    })
    void only_this_machine_and_the_file_itself_do_without(String url, Tls tls, int port) {
        var server = (Smtp.Server) MailReader.smtp(url);
        assertThat(server.tls()).isEqualTo(tls);
        assertThat(server.port()).isEqualTo(port);
        assertThat(server.host()).doesNotContain("[");
    }

    @Test
    void a_sender_has_an_address_and_perhaps_a_name() {
        assertThat(MailReader.sender("no-reply@example.com"))
                .isEqualTo(new Sender(Optional.empty(), "no-reply@example.com"));
        assertThat(MailReader.sender("Läden & Söhne <no-reply@example.com>"))
                .isEqualTo(new Sender(Optional.of("Läden & Söhne"), "no-reply@example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Shop",
                "<>",
                "a@b@c",
                "Shop <a@example.com> <b@example.com>",
                "Shop\r\nBcc: x@example.com <a@example.com>",
                "Shop <a@example.com>\r\n",
                "a\u0000@example.com",
                "Shop <a,b@example.com>"
            })
    void nothing_else_is_a_sender(String text) {
        assertThatThrownBy(() -> MailReader.sender(text)).isInstanceOf(Misfit.class);
    }

    @Test
    void the_password_of_the_server_is_shown_to_nobody() throws IOException {
        var file = read("email: {smtp: \"smtp://shop:${SMTP_PASSWORD}@smtp.example.com\"}\n", ConfigFile.Mode.RUN);
        assertThat(file.effective())
                .filteredOn(value -> value.path().equals("email.smtp"))
                .singleElement()
                .extracting(Effective::value)
                .isEqualTo("smtp://shop:…@smtp.example.com");
        assertThat(file.config().toString()).doesNotContain("sesame");
    }

    @Test
    void a_password_in_the_file_itself_is_warned_of() throws IOException {
        var file = read("email: {smtp: \"smtp://shop:sesame@smtp.example.com\"}\n", ConfigFile.Mode.CHECK);
        assertThat(file.warnings()).extracting(Fault::code).containsExactly(FaultCode.GH301);
        assertThat(ConfigFaults.pretty(file.warnings())).doesNotContain("sesame");
    }

    @Test
    void verification_without_mail_is_warned_of_and_refused_for_real() throws IOException {
        String yaml = "accounts: {verify_email: on}\n";
        var checked = read(yaml, ConfigFile.Mode.CHECK);
        assertThat(checked.warnings()).extracting(Fault::code).containsExactly(FaultCode.GH304);
        assertThat(checked.warnings().get(0).message()).contains("no mail is sent");
        assertThatThrownBy(() -> read(yaml, ConfigFile.Mode.RUN)).isInstanceOf(ConfigFaults.class);
        assertThat(read(yaml, ConfigFile.Mode.DEV).warnings()).isEmpty();
        assertThat(read(yaml + "email: {smtp: mailbox}\n", ConfigFile.Mode.RUN).warnings())
                .isEmpty();
    }

    private ConfigFile read(String yaml, ConfigFile.Mode mode) throws IOException {
        return ConfigFile.read(
                Files.writeString(folder.resolve("gatehouse.yaml"), yaml),
                Map.of("SMTP_PASSWORD", "sesame"),
                Overrides.NONE,
                mode);
    }
}
