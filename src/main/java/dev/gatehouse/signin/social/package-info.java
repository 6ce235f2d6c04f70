/** People whom somebody else knows: how other providers are asked who has come, and what of their answers is believed. */
@NullMarked
package dev.gatehouse.signin.social;

import org.jspecify.annotations.NullMarked;
