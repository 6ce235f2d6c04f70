/** The protocol: tokens for grants, and the documents that tell clients where everything is. */
@NullMarked
package dev.gatehouse.oauth;

import org.jspecify.annotations.NullMarked;
