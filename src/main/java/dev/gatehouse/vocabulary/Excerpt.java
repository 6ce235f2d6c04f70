package dev.gatehouse.vocabulary;

/** A text of which one part matters, which pages mark; nothing is marked where {@code marked} is empty. {@code name} says what it is. */
public record Excerpt(String name, String before, String marked, String after) {}
