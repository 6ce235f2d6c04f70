package dev.gatehouse.oauth.grant;

import dev.gatehouse.clients.Client;
import dev.gatehouse.web.Call;
import dev.gatehouse.web.FormBody;

/** A token request whose sender has shown which client it is; no grant can be reached without one. */
public record Asked(Call call, FormBody form, Client client) {}
