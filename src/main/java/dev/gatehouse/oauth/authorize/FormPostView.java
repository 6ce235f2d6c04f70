package dev.gatehouse.oauth.authorize;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where a form goes and with what. */
public record FormPostView(String action, String leadsTo, Map<String, String> fields) {
    public FormPostView {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
