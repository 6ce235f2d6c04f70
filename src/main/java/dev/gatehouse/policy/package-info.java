/** May this caller do this? Rules become small trees of questions about facts; nothing here knows HTTP. */
@NullMarked
package dev.gatehouse.policy;

import org.jspecify.annotations.NullMarked;
