package dev.gatehouse.oauth.authorize;

import java.util.List;
import java.util.Optional;

/**
 * What the consent page shows: who asks (its picture by an address of ours), where it leads, what it will and will not be able to do, and as whom. {@code flow} and {@code proof} go with the form;
 * {@code otherAccount} is where somebody else can sign in.
 */
public record ConsentView(
        String app,
        Optional<String> logo,
        Optional<String> home,
        Optional<String> policy,
        Optional<String> terms,
        boolean registeredItself,
        String leadsTo,
        List<String> will,
        List<String> willNot,
        String username,
        String otherAccount,
        String flow,
        String proof) {
    public ConsentView {
        will = List.copyOf(will);
        willNot = List.copyOf(willNot);
    }
}
