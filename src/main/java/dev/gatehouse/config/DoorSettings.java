package dev.gatehouse.config;

import java.nio.file.Path;
import java.util.List;

/** What is spoken at the public listener, and by what of the system. No certificates: HTTP in clear. */
public record DoorSettings(
        @Setting(
                        form = Form.CERTIFICATES,
                        section = Certificate.class,
                        value =
                                "The certificate of the public listener, or a list of them for several names; each names its hosts itself, and the first is for callers that ask for none of them. The files are read again when they change. HTTP/2 is spoken with whoever offers it.",
                        byDefault = "off",
                        example = "{cert: certs/shop.pem, key: certs/shop.key}")
                List<Certificate> tls,
        @Setting(form = Form.SECTION, value = "HTTP/2 without TLS.") Http2 http2,
        @Setting(
                        form = Form.CHOICE,
                        choices = {"auto", "epoll", "io_uring", "nio"},
                        value =
                                "By what connections are waited for: `epoll` or `io_uring` of Linux, or `nio` of Java, which is there on every system. `auto` takes io_uring where it works, and epoll where that does; a gate that is told to take what does not work does not start.",
                        byDefault = "auto")
                Transport transport) {
    public static final DoorSettings IN_CLEAR = new DoorSettings(List.of(), new Http2(false));

    /** By whatever the system has. */
    public DoorSettings(List<Certificate> tls, Http2 http2) {
        this(tls, http2, Transport.AUTO);
    }

    public enum Transport {
        AUTO,
        EPOLL,
        IO_URING,
        NIO
    }

    public record Certificate(
            @Setting(
                            form = Form.PATH_OF_FILE,
                            required = true,
                            value = "The certificate (PEM), followed by those it hangs on.",
                            example = "certs/shop.pem")
                    Path cert,
            @Setting(
                            form = Form.PATH_OF_FILE,
                            required = true,
                            value = "Its private key (PEM, PKCS #8).",
                            example = "certs/shop.key")
                    Path key) {}

    public record Http2(
            @Setting(
                            form = Form.CHOICE,
                            choices = {"on", "off"},
                            value =
                                    "Whether callers may begin with HTTP/2 where there is no TLS, as load balancers do (prior knowledge).",
                            byDefault = "off")
                    boolean cleartext) {}
}
