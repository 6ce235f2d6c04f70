import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/**
 * `PORT ADMIN PID FILE SECONDS`: callers who mean well beside callers and an API who do not, at fixed rates. Each minute the gate's memory is read; FILE is saved every ten seconds. Ends with 1 when a
 * good call fails or takes longer than ten seconds, when memory of the last minute is beyond 1.1 times that of the second, or when something is left of it all when everybody has gone.
 */
public final class Soak {
    private static final double MOST_GROWTH = 1.1;
    private static final int READINGS = 4;
    private static final int READING_MILLIS = 12_000;
    private static final Duration GONE_WITHIN = Duration.ofSeconds(120);
    private static final List<String> NOTHING_LEFT =
            List.of("gatehouse_connections", "gatehouse_websockets", "gatehouse_requests_waiting", "gatehouse_upstream_requests", "gatehouse_upstream_waiting");

    private final Gate gate;
    private final Course course;
    private final WellMeaning good;
    private final Hostile hostile;
    private final Path file;

    private record Memory(long pss, long heap) {}

    public static void main(String[] said) throws Exception {
        new Soak(said).run();
    }

    private Soak(String[] said) throws Exception {
        int port = Integer.parseInt(said[0]);
        gate = new Gate(Integer.parseInt(said[1]), said[2]);
        file = Path.of(said[3]);
        course = new Course(Long.parseLong(said[4]));
        var wire = new Wire(port);
        good = new WellMeaning(wire, course);
        hostile = new Hostile(wire, course, good);
        SoakApi.start(port + 2, port + 3);
    }

    private void run() throws Exception {
        good.begin();
        hostile.begin();
        course.good("reload", 10_000, () -> () -> Files.writeString(file, "# saved again\n", StandardOpenOption.APPEND));
        minutes();
        System.out.println("\ngood: " + course.goodActs() + "\nhostile: " + course.hostileActs());
        aftermath();
        course.faults().forEach(fault -> System.out.println("FAULT " + fault));
        System.out.println(course.faults().isEmpty() ? "no fault" : course.faults().size() + " faults");
        System.exit(course.faults().isEmpty() ? 0 : 1);
    }

    private void minutes() throws Exception {
        System.out.println("| minute | PSS MiB | heap MiB | good acts | slowest ms | hostile acts | connections | WebSockets |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        Memory second = null;
        Memory last = null;
        long minutes = (course.millisLeft() + 59_999) / 60_000;
        for (long minute = 1; minute <= minutes && course.goesOn(); minute++) {
            Wire.sleep(Math.max(1, course.millisLeft() - (minutes - minute) * 60_000 - READING_MILLIS));
            last = memory();
            if (minute == 2) second = last;
            System.out.printf(
                    "| %d | %.1f | %.1f | %d | %d | %d | %d | %d |%n",
                    minute, last.pss() / 1024.0, last.heap() / 1024.0, Course.sum(course.goodActs()), course.slowestMillis(), Course.sum(course.hostileActs()),
                    gate.metric("gatehouse_connections"), gate.metric("gatehouse_websockets"));
        }
        if (second == null) return;
        flat("PSS", second.pss(), last.pss());
        flat("heap", second.heap(), last.heap());
    }

    /** The least of several readings, for what is under way comes and goes: an answer of 4 MiB that nobody reads, for one. */
    private Memory memory() throws Exception {
        var least = new Memory(Long.MAX_VALUE, Long.MAX_VALUE);
        for (int i = 0; i < READINGS; i++) {
            least = new Memory(Math.min(least.pss(), gate.pss()), Math.min(least.heap(), gate.heap()));
            Wire.sleep(READING_MILLIS / READINGS);
        }
        return least;
    }

    private void flat(String what, long second, long last) {
        System.out.printf("%s, last minute / second: %.2f%n", what, (double) last / second);
        if (last > MOST_GROWTH * second) course.fault("memory grew: " + what + " from " + second + " to " + last + " KiB");
    }

    /** Everybody has gone: nothing may be left, and everything works. */
    private void aftermath() throws Exception {
        for (String gauge : NOTHING_LEFT) if (!gate.reads(gauge, 0, GONE_WITHIN)) course.fault(gauge + " is " + gate.metric(gauge) + " when everybody has gone");
        Course.Act call = good.kept();
        for (int i = 0; i < 100; i++) call.act();
    }
}
