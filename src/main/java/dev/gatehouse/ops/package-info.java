/** What the people who run the house need: health, logs, the banner, an orderly end. */
@NullMarked
package dev.gatehouse.ops;

import org.jspecify.annotations.NullMarked;
