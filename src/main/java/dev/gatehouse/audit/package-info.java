/** What happened, for ever: who did what to whom, from where. Never a secret, never taken back. */
@NullMarked
package dev.gatehouse.audit;

import org.jspecify.annotations.NullMarked;
