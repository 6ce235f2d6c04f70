/** Registered applications, and how they prove which one they are. */
@NullMarked
package dev.gatehouse.clients;

import org.jspecify.annotations.NullMarked;
