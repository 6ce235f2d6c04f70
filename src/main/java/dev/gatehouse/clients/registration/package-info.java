/** Applications that register themselves: what they say of themselves, and what becomes of it (RFC 7591, RFC 7592, OpenID Connect Dynamic Client Registration). */
@NullMarked
package dev.gatehouse.clients.registration;

import org.jspecify.annotations.NullMarked;
