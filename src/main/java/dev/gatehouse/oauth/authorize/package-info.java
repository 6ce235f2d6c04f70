/** From a client's request to a code for it: every check in one table, what a person still has to do as a pure function, and the answer. */
@NullMarked
package dev.gatehouse.oauth.authorize;

import org.jspecify.annotations.NullMarked;
