package dev.gatehouse.config;

import static dev.gatehouse.config.FaultCode.GH101;
import static dev.gatehouse.config.FaultCode.GH102;
import static dev.gatehouse.config.FaultCode.GH103;
import static dev.gatehouse.config.FaultCode.GH104;

import dev.gatehouse.config.Node.Member;
import dev.gatehouse.config.Node.Scalar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A YAML 1.2 document as a tree of {@link Node}s, built from the parser's events: iterative, so depth is ours to bound, and without anchors,
 * aliases and tags, so one byte of file is at most one byte of tree. Keys are plain text and unique.
 */
final class YamlTree {
    static final int DEEPEST = 16;

    private static final Pattern TOO_LARGE = Pattern.compile("\\\\U[89A-Fa-f][0-9A-Fa-f]{7}");

    private final SourceText source;
    private final Faults faults;
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable Node root;
    private int documents;

    private YamlTree(SourceText source, Faults faults) {
        this.source = source;
        this.faults = faults;
    }

    /** The top section; an empty file is an empty section, absent is a document that cannot be read on. */
    static Optional<Node.Mapping> read(SourceText source, Faults faults) {
        return new YamlTree(source, faults).read();
    }

    private Optional<Node.Mapping> read() {
        var settings = LoadSettings.builder()
                .setLabel(source.name())
                .setUseMarks(true)
                .setCodePointLimit(Math.max(1, source.length() + 1))
                .build();
        try {
            for (Event event : new Parse(settings).parseString(source.text())) {
                if (!take(event)) return Optional.empty();
            }
        } catch (MarkedYamlEngineException broken) {
            notYaml(broken);
            return Optional.empty();
        } catch (ReaderException broken) {
            var where = source.place(broken.getPosition(), broken.getPosition() + 1);
            faults.error(
                    GH101,
                    where,
                    "a character is not allowed in YAML",
                    "remove it, or write it as an escape in double quotes");
            return Optional.empty();
        } catch (NumberFormatException broken) {
            noCharacter();
            return Optional.empty();
        } catch (YamlEngineException broken) {
            faults.error(GH101, source.place(0, 0), "this is not YAML: " + broken.getMessage(), null);
            return Optional.empty();
        }
        return top();
    }

    private Optional<Node.Mapping> top() {
        Node node = root;
        if (node == null || (node instanceof Scalar scalar && scalar.isNull())) {
            return Optional.of(new Node.Mapping(List.of(), 0, 0));
        }
        if (node instanceof Node.Mapping mapping) return Optional.of(mapping);
        faults.error(
                GH101,
                source.place(node.from(), node.to()),
                "the file must be a section of keys",
                "for example `listen: \":8080\"`");
        return Optional.empty();
    }

    private boolean take(Event event) {
        if (event instanceof DocumentStartEvent && ++documents > 1) {
            faults.error(
                    GH103,
                    place(event),
                    "a second document begins here",
                    "keep one document, and remove the line `---`");
            return false;
        }
        if (event instanceof NodeEvent node && !plain(node)) return true;
        if (event instanceof ScalarEvent scalar) attach(scalar(scalar));
        if (event instanceof CollectionStartEvent) {
            if (open.size() == DEEPEST) {
                faults.error(GH104, place(event), "sections are nested more than " + DEEPEST + " deep", null);
                return false;
            }
            open.push(new Open(event instanceof MappingStartEvent, from(event)));
        }
        if (event instanceof CollectionEndEvent) attach(open.pop().closed(to(event)));
        return true;
    }

    /** Anchors, aliases and tags are refused where they stand; the value after a tag or an anchor is still read. */
    private boolean plain(NodeEvent event) {
        if (event instanceof AliasEvent alias) {
            faults.error(
                    GH103,
                    place(event),
                    "`*" + alias.getAlias() + "` repeats another part of the file, which is not used here",
                    "write it out; a key that begins with `*` needs quotes, and `ANY` stands for every method");
            attach(new Node.Refused(from(event), to(event)));
            return false;
        }
        event.getAnchor()
                .ifPresent(anchor -> faults.error(
                        GH103, place(event), "the anchor `&" + anchor.getValue() + "` is not used here", "remove it"));
        var tag = event instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) event).getTag();
        tag.ifPresent(
                name -> faults.error(GH103, place(event), "the tag `" + name + "` is not used here", "remove it"));
        return true;
    }

    private void attach(Node node) {
        Open around = open.peek();
        if (around == null) root = node;
        else around.take(node);
    }

    private Scalar scalar(ScalarEvent event) {
        var style =
                switch (event.getScalarStyle()) {
                    case SINGLE_QUOTED -> Scalar.Style.SINGLE;
                    case DOUBLE_QUOTED -> Scalar.Style.DOUBLE;
                    case LITERAL, FOLDED -> Scalar.Style.BLOCK;
                    default -> Scalar.Style.PLAIN;
                };
        return new Scalar(event.getValue(), style, from(event), to(event));
    }

    private void notYaml(MarkedYamlEngineException broken) {
        int at = broken.getProblemMark()
                .or(broken::getContextMark)
                .map(Mark::getIndex)
                .orElse(0);
        String problem = Optional.ofNullable(broken.getProblem()).orElse("it cannot be read");
        faults.error(GH101, source.place(at, at + 1), "this is not YAML: " + problem, adviceOn(problem, at));
    }

    /** The library takes the digits of an escape for a number that is never too large. */
    private void noCharacter() {
        Matcher escape = TOO_LARGE.matcher(source.text());
        int at = escape.find() ? escape.start() : 0;
        faults.error(GH101, source.place(at, at + 10), "this is not YAML: there is no such character", null);
    }

    private @Nullable String adviceOn(String problem, int at) {
        if (problem.contains("\\t") || (at < source.length() && source.at(at) == '\t'))
            return "indent with spaces, not with tabs";
        if (at > 0 && source.at(at - 1) == '*')
            return "a key that begins with `*` needs quotes; `ANY` stands for every method";
        if (at > 0 && source.at(at - 1) == '$') return "within `[` or `{` a placeholder needs quotes: `\"${NAME}\"`";
        if (problem.contains("mapping values")) return "text with `: ` in it needs quotes";
        if (problem.contains("':'")) return "a key is followed by a colon and a space";
        if (problem.contains("'}'") || problem.contains("']'")) return "is a `{` or `[` further up not closed?";
        if (problem.contains("<block end>")) return "is this line indented like the ones around it?";
        return null;
    }

    private Place place(Event event) {
        return source.place(from(event), to(event));
    }

    private static int from(Event event) {
        return event.getStartMark().map(Mark::getIndex).orElse(0);
    }

    private static int to(Event event) {
        return event.getEndMark().map(Mark::getIndex).orElse(0);
    }

    /** A section or list whose end has not come yet. */
    private final class Open {
        private final boolean mapping;
        private final int from;
        private final List<Node> items = new ArrayList<>();
        private final List<Member> members = new ArrayList<>();
        private final Map<String, Scalar> seen = new HashMap<>();
        private @Nullable Node key;

        Open(boolean mapping, int from) {
            this.mapping = mapping;
            this.from = from;
        }

        void take(Node node) {
            if (!mapping) items.add(node);
            else if (key == null) key = node;
            else {
                member(key, node);
                key = null;
            }
        }

        private void member(Node written, Node value) {
            if (written instanceof Node.Refused) return;
            if (!(written instanceof Scalar scalar)) {
                faults.error(
                        GH103,
                        source.place(written.from(), written.to()),
                        "a key must be text, and this is " + written.kind(),
                        "a key that begins with `{` or `[` needs quotes");
                return;
            }
            Scalar first = seen.putIfAbsent(scalar.text(), scalar);
            if (first == null) {
                members.add(new Member(scalar, value));
                return;
            }
            faults.error(
                    GH102,
                    source.place(scalar.from(), scalar.to()),
                    "`" + scalar.text() + "` stands here a second time",
                    "the first is on line " + source.position(first.from()).line());
        }

        Node closed(int to) {
            return mapping
                    ? new Node.Mapping(List.copyOf(members), from, to)
                    : new Node.Sequence(List.copyOf(items), from, to);
        }
    }
}
