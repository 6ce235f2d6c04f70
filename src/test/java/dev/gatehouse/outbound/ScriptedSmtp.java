package dev.gatehouse.outbound;

import dev.gatehouse.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail server that says to each verb what a test wants it to: a line, nothing, or goodbye. */
public final class ScriptedSmtp implements AutoCloseable {
    public final List<String> heard = new CopyOnWriteArrayList<>();
    public final List<String> letters = new CopyOnWriteArrayList<>();
    private final Map<String, Optional<String>> answers = new ConcurrentHashMap<>();
    private final Map<String, Boolean> silences = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final Vertx vertx;
    private final Optional<TestCertificate> certificate;
    private boolean tlsFirst;
    private NetServer server;

    /** With a certificate it offers STARTTLS. */
    public ScriptedSmtp(Vertx vertx, Optional<TestCertificate> certificate) {
        this.vertx = vertx;
        this.certificate = certificate;
    }

    public ScriptedSmtp tlsFromTheBeginning() {
        tlsFirst = true;
        return this;
    }

    /** To every such verb; empty hangs up. {@code "."} is the end of a letter. */
    public ScriptedSmtp answering(String verb, Optional<String> line) {
        answers.put(verb, line);
        return this;
    }

    public ScriptedSmtp usually(String verb) {
        answers.remove(verb);
        return this;
    }

    public ScriptedSmtp silentAt(String verb) {
        silences.put(verb, true);
        return this;
    }

    public int mostAtOnce() {
        return most.get();
    }

    public synchronized int port() {
        if (server == null) {
            var options = new NetServerOptions().setPort(0).setHost("127.0.0.1").setSsl(tlsFirst);
            certificate.ifPresent(own -> options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(own.cert().toString())
                    .addKeyPath(own.key().toString())));
            server = vertx.createNetServer(options)
                    .connectHandler(this::serve)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
        return server.actualPort();
    }

    @Override
    public synchronized void close() {
        if (server != null)
            server.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
    }

    private void serve(NetSocket socket) {
        most.accumulateAndGet(open.incrementAndGet(), Math::max);
        socket.closeHandler(closed -> open.decrementAndGet());
        var letter = new StringBuilder();
        var inLetter = new boolean[1];
        socket.handler(RecordParser.newDelimited("\r\n", line -> {
            String text = line.toString();
            if (!inLetter[0]) {
                heard.add(text);
                inLetter[0] = say(socket, text.split("[ :]", 2)[0].toUpperCase(Locale.ROOT), letter);
            } else if (text.equals(".")) {
                inLetter[0] = false;
                say(socket, ".", letter);
                letter.setLength(0);
            } else {
                letter.append(text).append('\n');
            }
        }));
        if (!silences.containsKey("GREETING")) write(socket, "220 test.example ESMTP");
    }

    /** True when a letter begins. */
    private boolean say(NetSocket socket, String verb, StringBuilder letter) {
        if (silences.containsKey(verb)) return false;
        if (answers.containsKey(verb)) {
            answers.get(verb).ifPresentOrElse(line -> write(socket, line), socket::close);
            return false;
        }
        switch (verb) {
            case "EHLO" ->
                write(
                        socket,
                        "250-test.example\r\n"
                                + (certificate.isPresent() && !socket.isSsl() ? "250-STARTTLS\r\n" : "")
                                + "250-AUTH PLAIN\r\n250 8BITMIME");
            case "STARTTLS" -> socket.upgradeToSsl(Buffer.buffer("220 go on\r\n"));
            case "AUTH" -> write(socket, "235 welcome");
            case "DATA" -> write(socket, "354 go on");
            case "." -> {
                letters.add(letter.toString());
                write(socket, "250 taken");
            }
            case "QUIT" -> {
                write(socket, "221 bye");
                socket.close();
            }
            default -> write(socket, "250 fine");
        }
        return verb.equals("DATA");
    }

    private static void write(NetSocket socket, String line) {
        socket.write(Buffer.buffer(line + "\r\n"));
    }
}
