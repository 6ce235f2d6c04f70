package dev.gatehouse.policy;

import java.util.Optional;

/**
 * A part of a rule: its text, and where it begins. {@code policy} names the policy whose text the offset counts in; absent means the rule of
 * the route itself.
 */
public record Place(String text, Optional<String> policy, int offset) {}
