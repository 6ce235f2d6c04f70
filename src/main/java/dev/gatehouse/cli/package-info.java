/** The command line: every command is one small class, and a run is a function of arguments, streams and environment. */
@NullMarked
package dev.gatehouse.cli;

import org.jspecify.annotations.NullMarked;
