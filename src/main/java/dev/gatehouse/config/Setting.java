package dev.gatehouse.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One key of the file: the sentence that the reference page and the JSON Schema show, and the default and bounds that the reader applies, so
 * that what is written down is what happens. A record component with neither this nor {@link NotAKey} fails the build.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
    /** One or two sentences for the person who writes the file. */
    String value();

    Form form();

    /** The key, where it is not the name of the component in snake case; after a dot, a key of the long form. */
    String key() default "";

    /** The default as it would be written. */
    String byDefault() default "";

    /** What happens when the key is left out, where that is no value that could be written. */
    String leftOut() default "";

    /** A value as somebody might write it. */
    String example() default "";

    /** The smallest value. */
    String from() default "";

    /** The largest value. */
    String to() default "";

    /** The words that can stand here. */
    String[] choices() default {};

    boolean required() default false;

    /** The record of its section, where the component's own type does not say it. */
    Class<?> section() default void.class;
}
