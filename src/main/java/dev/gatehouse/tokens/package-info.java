/** Tokens: minted and verified, without I/O when warm. */
@NullMarked
package dev.gatehouse.tokens;

import org.jspecify.annotations.NullMarked;
