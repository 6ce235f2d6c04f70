/** The door: the command line, and {@code Gatehouse}, the only place that wires rooms together. */
@NullMarked
package dev.gatehouse;

import org.jspecify.annotations.NullMarked;
