/** Identity for other verticles of the same JVM, over the event bus. */
@NullMarked
package dev.gatehouse.bus;

import org.jspecify.annotations.NullMarked;
