package dev.gatehouse.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the reference page and the JSON Schema say about one key; a record component without it fails the build. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Setting {
    /** One or two sentences for the person who writes the file. */
    String value();

    /** The default as it would be written, or what happens when the key is left out. */
    String byDefault() default "";

    /** A value as somebody might write it. */
    String example() default "";
}
