/** The demo house: three small backends behind the gate and three people who may use them. */
@NullMarked
package dev.gatehouse.demo;

import org.jspecify.annotations.NullMarked;
