/** HTTP as values: a call comes in, a reply goes out, a refusal becomes bytes in one place. */
@NullMarked
package dev.gatehouse.web;

import org.jspecify.annotations.NullMarked;
