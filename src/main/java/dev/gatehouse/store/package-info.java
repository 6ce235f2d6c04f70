/** The only door to PostgreSQL: an own server or somebody else's, the schema, statements, notices between nodes. */
@NullMarked
package dev.gatehouse.store;

import org.jspecify.annotations.NullMarked;
