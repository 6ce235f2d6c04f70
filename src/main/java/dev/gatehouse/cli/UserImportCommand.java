package dev.gatehouse.cli;

import dev.gatehouse.config.ConfigFile;
import dev.gatehouse.identity.PeopleImport.Batch;
import dev.gatehouse.identity.PeopleImport.Format;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse user import FILE}: row by row, so that a file may have any length. */
@Command(name = "import", description = "Make accounts of a file, with the hashes of their passwords.")
final class UserImportCommand implements Callable<Integer> {
    /** What is wrong with more rows than these is counted only. */
    static final int MOST_TOLD = 1000;

    private final Invocation invocation;
    private final JsonArray told = new JsonArray();
    private long faults;

    @Parameters(paramLabel = "FILE", description = "People, in UTF-8.")
    private Path file = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "csv, json, ndjson or htpasswd. Default: as the file's name ends.")
    private Optional<Format> format = Optional.empty();

    @Option(names = "--dry-run", description = "Find what is wrong, and import nobody.")
    private boolean dryRun;

    UserImportCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Format written = format.or(this::bySuffix)
                .orElseThrow(
                        () -> CommandRefused.usage("say how the file is written: --format csv|json|ndjson|htpasswd"));
        var config = invocation.file(ConfigFile.Mode.CHECK);
        long read = 0;
        long imported = 0;
        try (Reader in = opened();
                var desk = dryRun ? Desk.open(config) : Desk.openOrMake(config)) {
            var people = desk.peopleImport();
            var source = written.read(in);
            List<String> roles = config.config().accounts().defaultRoles();
            Batch batch;
            do {
                batch = people.read(source, roles, this::fault);
                read += batch.read();
                imported += desk.await(people.write(batch, dryRun, this::fault));
            } while (!batch.last());
        } catch (CharacterCodingException notUtf8) {
            throw stopped("the file is not UTF-8", read, imported);
        } catch (IOException unreadable) {
            throw stopped("the file cannot be read: " + unreadable.getMessage(), read, imported);
        }
        say(read, imported);
        return faults == 0 ? Exit.OK : Exit.REFUSED;
    }

    private CommandRefused stopped(String why, long read, long imported) {
        return CommandRefused.because(why + "; " + sentence(read, imported));
    }

    private Optional<Format> bySuffix() {
        String name = file.toString();
        if (name.endsWith(".jsonl")) return Optional.of(Format.NDJSON);
        return Arrays.stream(Format.values())
                .filter(each -> name.endsWith("." + each.word()))
                .findFirst();
    }

    /** Text that is not UTF-8 is refused rather than guessed; a byte order mark is passed over. */
    private Reader opened() throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file))
            throw CommandRefused.because("there is no file " + file + " that can be read");
        var strict = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = new BufferedReader(new InputStreamReader(Files.newInputStream(file), strict));
        in.mark(1);
        if (in.read() != '\uFEFF') in.reset();
        return in;
    }

    private void fault(long line, String sentence) {
        faults++;
        if (faults > MOST_TOLD) return;
        if (invocation.json()) told.add(new JsonObject().put("line", line).put("message", sentence));
        else invocation.warn("line " + line + ": " + sentence);
    }

    private void say(long read, long imported) {
        if (invocation.json())
            invocation.show(new JsonObject()
                    .put("read", read)
                    .put("imported", imported)
                    .put("faults", faults)
                    .put("dry_run", dryRun)
                    .put("told", told));
        else invocation.say(sentence(read, imported));
    }

    private String sentence(long read, long imported) {
        String what = dryRun ? " could be imported" : " were imported";
        String more = faults > MOST_TOLD ? ", of which the first " + MOST_TOLD + " are told" : "";
        return imported + " of " + read + " people" + what + "; " + faults + " faults" + more;
    }
}
