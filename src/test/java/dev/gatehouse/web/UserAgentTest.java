package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a browser calls itself, in words that its owner would use. */
final class UserAgentTest {
    private static final int SHORT = 48;

    @ParameterizedTest
    @DisplayName("a browser is called what people call it, not what it wants to be taken for")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0 | Firefox on Windows
                    Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:128.0) Gecko/20100101 Firefox/128.0 | Firefox on macOS
                    Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0 | Firefox on Linux
                    Mozilla/5.0 (Android 14; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0 | Firefox on Android
                    Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15 | Firefox on iPhone
                    Mozilla/5.0 (X11; FreeBSD amd64; rv:128.0) Gecko/20100101 Firefox/128.0 | Firefox on FreeBSD
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 | Chrome on Windows
                    Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 | Chrome on macOS
                    Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 | Chrome on ChromeOS
                    Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36 | Chrome on Android
                    Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1 | Chrome on iPad
                    Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36 | Chrome on Linux
                    Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Ubuntu Chromium/80.0.3987.87 Chrome/80.0.3987.87 Safari/537.36 | Chromium on Linux
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0 | Edge on Windows
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/64.0.3282.140 Safari/537.36 Edge/18.17763 | Edge on Windows
                    Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.6778.81 Mobile Safari/537.36 EdgA/131.0.2903.48 | Edge on Android
                    Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/131.0.2903.48 Mobile/15E148 Safari/605.1.15 | Edge on iPhone
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0 | Opera on Windows
                    Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16 | Opera on Android
                    Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36 | Samsung Internet on Android
                    Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Vivaldi/7.0.3495.11 | Vivaldi on Linux
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36 | Yandex Browser on Windows
                    Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 Ddg/17.4 | DuckDuckGo on macOS
                    Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15 | Safari on macOS
                    Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1 | Safari on iPhone
                    Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1 | Safari on iPad
                    Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1 | Safari on iPod touch
                    Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15 | A browser on Linux
                    Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 | A browser on iPhone
                    Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15063 | Edge on Windows Phone
                    Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko | Internet Explorer on Windows
                    Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1.22621.2506 | PowerShell on Windows
                    curl/8.14.1 | curl
                    Wget/1.25.0 | Wget
                    HTTPie/3.2.4 | HTTPie
                    PostmanRuntime/7.43.0 | Postman
                    python-requests/2.32.3 | Python
                    Python/3.12 aiohttp/3.11.7 | Python
                    Java-http-client/17.0.13 | Java
                    Apache-HttpClient/5.4.1 (Java/21.0.5) | Java
                    Go-http-client/2.0 | Go
                    okhttp/4.12.0 | OkHttp
                    axios/1.7.7 | Node.js
                    Mozilla/5.0 | An unknown device
                    Firefox | An unknown device
                    '' | An unknown device
                    """)
    void it_is_called_what_people_call_it(String text, String name) {
        assertThat(UserAgent.of(text).in(Words.in(Language.EN))).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    EN | Safari on iPhone | A browser on iPhone | An unknown device
                    DE | Safari auf iPhone | Ein Browser auf iPhone | Ein unbekanntes Gerät
                    FR | Safari sur iPhone | Un navigateur sur iPhone | Un appareil inconnu
                    ES | Safari en iPhone | Un navegador en iPhone | Un dispositivo desconocido
                    """)
    void words_are_those_of_the_reader_and_names_stay(Language language, String both, String system, String neither) {
        Words words = Words.in(language);
        assertThat(UserAgent.of("(iPhone) Safari/604.1").in(words)).isEqualTo(both);
        assertThat(UserAgent.of("(iPhone)").in(words)).isEqualTo(system);
        assertThat(UserAgent.of("?").in(words)).isEqualTo(neither);
    }

    @Property
    void whatever_a_stranger_sends_the_answer_is_short_and_never_markup(
            @ForAll("texts") String text, @ForAll Language language) {
        String said = UserAgent.of(text).in(Words.in(language));
        assertThat(said).hasSizeBetween(2, SHORT).matches("[\\p{L}. ]+");
    }

    @Property
    void what_comes_after_the_bound_counts_for_nothing(@ForAll("texts") String text) {
        String filled = (text + " ".repeat(UserAgent.LONGEST)).substring(0, UserAgent.LONGEST);
        assertThat(UserAgent.of(filled + " (Windows NT 10.0) Edg/131.0 curl/8")).isEqualTo(UserAgent.of(filled));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> parts = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(40),
                Arbitraries.of(
                        "Mozilla/5.0 ",
                        "(X11; Linux) ",
                        "(iPad) ",
                        "(Windows NT 10.0) ",
                        "Android ",
                        "Chrome/1 ",
                        "Safari/1 ",
                        "SamsungBrowser/1 ",
                        "Edg/1",
                        "curl/8",
                        "<script>",
                        "\"' onclick=",
                        "{0}{1}",
                        "https://evil.example/"));
        return parts.list().ofMaxSize(30).map(all -> String.join("", all));
    }
}
