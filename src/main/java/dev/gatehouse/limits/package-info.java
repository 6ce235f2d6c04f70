/** Limits: how often somebody may do something, with a bound on how much is remembered about it. */
@NullMarked
package dev.gatehouse.limits;

import org.jspecify.annotations.NullMarked;
