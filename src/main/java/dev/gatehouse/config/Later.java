package dev.gatehouse.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Keys of a section that a later version takes up: until then they may say {@code off}, and anything else is GH190. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Later {
    String[] value();
}
