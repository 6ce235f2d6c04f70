package dev.gatehouse;

import dev.gatehouse.store.TestDatabase;

/** A house of two nodes with {@link NotesApp}, and the people who use it at the first. */
record NotesHouse(EchoApi api, Gate gate, Gate other, People people, NotesApp app) implements AutoCloseable {
    static NotesHouse on(TestDatabase database) {
        var api = new EchoApi();
        String yaml = NotesApp.yaml(api.origin());
        Gate gate = Gate.open(database, yaml);
        Gate other = Gate.open(database, "url: http://localhost:" + gate.port() + "\n" + yaml);
        return new NotesHouse(api, gate, other, new People(gate, database), new NotesApp(gate));
    }

    @Override
    public void close() {
        other.close();
        gate.close();
        api.close();
    }
}
