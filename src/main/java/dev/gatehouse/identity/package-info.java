/** People and how they prove who they are. */
@NullMarked
package dev.gatehouse.identity;

import org.jspecify.annotations.NullMarked;
