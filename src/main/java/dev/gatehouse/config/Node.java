package dev.gatehouse.config;

import java.util.List;

/** A piece of the document and the code points {@code from} to {@code to} where it stands. */
sealed interface Node {
    int from();

    int to();

    /** What it is, for people. */
    String kind();

    /** {@code block} text is the kind written after {@code |} or {@code >}. */
    record Scalar(String text, Style style, int from, int to) implements Node {
        enum Style {
            PLAIN,
            SINGLE,
            DOUBLE,
            BLOCK
        }

        /** Nothing stands there (YAML 1.2 core schema, §10.3.2). */
        boolean isNull() {
            return style == Style.PLAIN && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        @Override
        public String kind() {
            return isNull() ? "nothing" : "a value";
        }
    }

    record Mapping(List<Member> members, int from, int to) implements Node {
        @Override
        public String kind() {
            return "a section";
        }
    }

    record Sequence(List<Node> items, int from, int to) implements Node {
        @Override
        public String kind() {
            return "a list";
        }
    }

    /** Something that was faulted already; nobody need complain of it again. */
    record Refused(int from, int to) implements Node {
        @Override
        public String kind() {
            return "an alias";
        }
    }

    record Member(Scalar key, Node value) {}
}
