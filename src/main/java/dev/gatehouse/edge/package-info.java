/** The data plane: where a request leads, who may, and how it gets there. */
@NullMarked
package dev.gatehouse.edge;

import org.jspecify.annotations.NullMarked;
