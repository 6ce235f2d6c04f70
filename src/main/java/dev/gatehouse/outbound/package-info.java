/** Every call of ours to somebody else's URL leaves through here. */
@NullMarked
package dev.gatehouse.outbound;

import org.jspecify.annotations.NullMarked;
