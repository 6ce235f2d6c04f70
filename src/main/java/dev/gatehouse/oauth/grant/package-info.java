/** One grant per file: what is shown, whether it holds, what it gives. */
@NullMarked
package dev.gatehouse.oauth.grant;

import org.jspecify.annotations.NullMarked;
