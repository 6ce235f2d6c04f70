/** Words that every room uses; nothing here knows more than the JDK. */
@NullMarked
package dev.gatehouse.vocabulary;

import org.jspecify.annotations.NullMarked;
