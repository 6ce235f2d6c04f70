package dev.gatehouse.oauth;

import static dev.gatehouse.store.TestDatabase.await;

import dev.gatehouse.identity.MailDelivery;
import dev.gatehouse.identity.Mails;
import dev.gatehouse.identity.Mails.Mail;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mails of a house whose settings keep them: read as a person reads them. */
public final class TestMailbox {
    private static final Pattern LINK = Pattern.compile("https?://\\S+");

    private final TestHouse house;
    private final MailDelivery delivery;

    public TestMailbox(TestHouse house) {
        this.house = house;
        this.delivery = new MailDelivery(
                house.house.vertx(), house.mails, () -> house.config, TestHouse.URL, house.house.trail());
    }

    /** All that there are, the oldest first; whoever is still being written to is waited for. */
    public List<Mail> all() {
        await(delivery.round());
        var all = new ArrayList<Mail>();
        for (Mails.Listed listed : await(house.mails.list(1000)))
            all.add(0, await(house.mails.show(listed.id())).orElseThrow().mail());
        return all;
    }

    public List<Mail> to(String address) {
        return all().stream().filter(mail -> mail.recipient().equals(address)).toList();
    }

    public List<String> kindsTo(String address) {
        return to(address).stream().map(Mail::kind).toList();
    }

    /** The path of the link in the newest mail of that kind. */
    public String link(String address, String kind) {
        var found =
                to(address).stream().filter(mail -> mail.kind().equals(kind)).toList();
        if (found.isEmpty()) throw new AssertionError("no " + kind + " to " + address + " among " + all());
        Matcher link = LINK.matcher(found.get(found.size() - 1).text());
        if (!link.find()) throw new AssertionError("no link in it");
        return link.group().substring(TestHouse.URL.length());
    }
}
