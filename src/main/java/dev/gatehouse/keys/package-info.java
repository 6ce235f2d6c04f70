/** Keys through their life: the master key, what it wraps, and the keys that sign tokens. */
@NullMarked
package dev.gatehouse.keys;

import org.jspecify.annotations.NullMarked;
