import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How a soak goes: who takes part, what went well, and every fault. It is over when its time is, or after too many faults. */
final class Course {
    private static final int MOST_FAULTS = 20;

    private final long end;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> good = new TreeMap<>();
    private final Map<String, LongAdder> hostile = new TreeMap<>();
    private final AtomicLong slowest = new AtomicLong();

    interface Act {
        void act() throws Exception;
    }

    interface Start {
        Act begin() throws Exception;
    }

    Course(long seconds) {
        end = System.nanoTime() + seconds * 1_000_000_000L;
    }

    boolean goesOn() {
        return System.nanoTime() < end && faults.size() < MOST_FAULTS;
    }

    long millisLeft() {
        return Math.max(1, (end - System.nanoTime()) / 1_000_000);
    }

    /** Somebody who means well, once every so often: whatever goes wrong is a fault, and they begin anew. */
    void good(String who, int everyMillis, Start start) {
        var acts = good.computeIfAbsent(who, name -> new LongAdder());
        daemon(() -> {
            Act act = null;
            while (goesOn()) {
                long began = System.nanoTime();
                try {
                    if (act == null) act = start.begin();
                    act.act();
                    acts.increment();
                } catch (Exception | AssertionError failed) {
                    fault(who + ": " + failed);
                    act = null;
                }
                slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
                Wire.sleep(everyMillis);
            }
        });
    }

    /** Somebody who does not: whatever they are told, they have deserved it. */
    void hostile(String who, int everyMillis, Act act) {
        var acts = hostile.computeIfAbsent(who, name -> new LongAdder());
        daemon(() -> {
            while (goesOn()) {
                try {
                    act.act();
                } catch (IOException closed) {
                    // As it should be.
                } catch (Exception failed) {
                    fault(who + " could not be tried: " + failed);
                }
                acts.increment();
                Wire.sleep(everyMillis);
            }
        });
    }

    void fault(String what) {
        faults.add(what);
    }

    Queue<String> faults() {
        return faults;
    }

    /** How often who has done so. */
    Map<String, LongAdder> goodActs() {
        return good;
    }

    Map<String, LongAdder> hostileActs() {
        return hostile;
    }

    static long sum(Map<String, LongAdder> acts) {
        return acts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** The longest act of those who mean well since it was last asked. */
    long slowestMillis() {
        return slowest.getAndSet(0) / 1_000_000;
    }

    static void daemon(Act act) {
        var thread = new Thread(() -> {
            try {
                act.act();
            } catch (Exception over) {
                Thread.yield();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
