/** The settings: read, checked, frozen. Everything wrong with a file is said at once, with the place and the way out. */
@NullMarked
package dev.gatehouse.config;

import org.jspecify.annotations.NullMarked;
