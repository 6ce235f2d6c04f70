package dev.gatehouse.web;

import java.util.Optional;

/** Whose pages these are: what an operator sets instead of forking a template. {@code accent} is a colour of CSS, {@code logo} and {@code support} are addresses. */
public record Brand(String name, Optional<String> logo, Optional<String> accent, Optional<String> support) {
    public static final Brand HOUSE = new Brand("Gatehouse", Optional.empty(), Optional.empty(), Optional.empty());
}
