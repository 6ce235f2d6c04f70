package dev.gatehouse.oauth.conformance;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A form as a plain reader of HTML finds it: where it leads, what it already says, which buttons it has. */
record Form(String action, String method, Map<String, String> fields, List<Button> buttons) {
    private static final Pattern FORM = Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern INPUT = Pattern.compile("<input\\b([^>]*)>");
    private static final Pattern BUTTON = Pattern.compile("<button\\b([^>]*)>(.*?)</button>", Pattern.DOTALL);
    private static final Pattern ATTRIBUTE = Pattern.compile("([\\w-]+)(?:=\"([^\"]*)\")?");

    record Button(String text, Optional<String> name, String value) {}

    static List<Form> in(String html, String url) {
        var forms = new ArrayList<Form>();
        Matcher found = FORM.matcher(html);
        while (found.find()) forms.add(read(attributes(found.group(1)), found.group(2), url));
        return forms;
    }

    boolean asksForPassword() {
        return fields.containsKey("username") && fields.containsKey("password");
    }

    Optional<Button> button(String text) {
        return buttons.stream().filter(button -> button.text().startsWith(text)).findFirst();
    }

    /** What pressing it adds to the form. */
    Map<String, String> pressed(String text) {
        Button button = button(text).orElseThrow(() -> new AssertionError("no button " + text + " among " + buttons));
        return button.name().map(name -> Map.of(name, button.value())).orElse(Map.of());
    }

    /** The same for the first there is, whatever language it speaks. */
    Map<String, String> pressedFirst() {
        return pressed(buttons.get(0).text());
    }

    private static Form read(Map<String, String> head, String body, String url) {
        var fields = new LinkedHashMap<String, String>();
        var buttons = new ArrayList<Button>();
        Matcher inputs = INPUT.matcher(body);
        while (inputs.find()) {
            Map<String, String> input = attributes(inputs.group(1));
            String type = input.getOrDefault("type", "text");
            if (type.equals("submit")) buttons.add(button(input, input.getOrDefault("value", "")));
            else if (input.containsKey("name") && (!type.equals("checkbox") || input.containsKey("checked")))
                fields.put(input.get("name"), input.getOrDefault("value", ""));
        }
        Matcher found = BUTTON.matcher(body);
        while (found.find())
            buttons.add(button(attributes(found.group(1)), found.group(2).replaceAll("<[^>]*>", "")));
        return new Form(
                URI.create(url).resolve(head.getOrDefault("action", url)).toString(),
                head.getOrDefault("method", "get").toUpperCase(Locale.ROOT),
                fields,
                buttons);
    }

    private static Button button(Map<String, String> attributes, String text) {
        return new Button(
                decoded(text).strip(),
                Optional.ofNullable(attributes.get("name")),
                attributes.getOrDefault("value", ""));
    }

    private static Map<String, String> attributes(String text) {
        var attributes = new LinkedHashMap<String, String>();
        Matcher found = ATTRIBUTE.matcher(text);
        while (found.find()) attributes.put(found.group(1), found.group(2) == null ? "" : decoded(found.group(2)));
        return attributes;
    }

    private static String decoded(String text) {
        return text.replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
    }
}
