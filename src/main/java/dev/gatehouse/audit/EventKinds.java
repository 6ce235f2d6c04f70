package dev.gatehouse.audit;

import java.util.Locale;

/** What events are called in the trail: {@code LoggedIn} is {@code logged_in}. Thought out once for each. */
final class EventKinds {
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
        }
    };

    private EventKinds() {}

    static String of(Class<? extends AuditEvent> event) {
        return NAMES.get(event);
    }
}
