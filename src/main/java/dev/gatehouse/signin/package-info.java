/** From stranger to session: registering, signing in, signing out. */
@NullMarked
package dev.gatehouse.signin;

import org.jspecify.annotations.NullMarked;
