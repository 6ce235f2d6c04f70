package dev.gatehouse.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code tls}, {@code http2} and {@code transport}: what is spoken at the public listener, and by what of the system. */
final class DoorReader {
    private DoorReader() {}

    static DoorSettings read(Section top) {
        var certificates = new ArrayList<DoorSettings.Certificate>();
        for (Section section : top.sections("tls")) certificate(section).ifPresent(certificates::add);
        boolean cleartext = top.section("http2").choice("cleartext").equals("on");
        var transport = DoorSettings.Transport.valueOf(top.choice("transport").toUpperCase(Locale.ROOT));
        return new DoorSettings(List.copyOf(certificates), new DoorSettings.Http2(cleartext), transport);
    }

    private static Optional<DoorSettings.Certificate> certificate(Section section) {
        Optional<Path> cert = section.required("cert", text -> NamedFile.certificates(section.reading(), text));
        Optional<Path> key = section.required("key", text -> NamedFile.path(section.reading(), text));
        if (section.has("cert") && section.has("key")) NamedFile.pair(section, cert, key);
        return cert.flatMap(chain -> key.map(own -> new DoorSettings.Certificate(chain, own)));
    }
}
