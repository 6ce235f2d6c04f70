package dev.gatehouse.vocabulary;

/** A place in a text file, for people: line and column count from 1. */
public record Position(String file, int line, int column) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }

    /** The same place as the access log names it, without the column. */
    public String fileAndLine() {
        return file + ":" + line;
    }
}
