/** The data plane: a request comes in, is read once, judged once and handed on as that one reading. */
@NullMarked
package dev.gatehouse.edge;

import org.jspecify.annotations.NullMarked;
