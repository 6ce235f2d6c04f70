/** Devices without a keyboard: they show a code, and a person agrees elsewhere (RFC 8628). */
@NullMarked
package dev.gatehouse.oauth.device;

import org.jspecify.annotations.NullMarked;
