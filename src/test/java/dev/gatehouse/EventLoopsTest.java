package dev.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.config.DoorSettings;
import dev.gatehouse.store.StartFailure;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventLoopsTest {
    private static final Transport ABSENT = new Transport() {
        @Override
        public String name() {
            return "epoll";
        }

        @Override
        public boolean available() {
            return false;
        }

        @Override
        public Throwable unavailabilityCause() {
            return new UnsatisfiedLinkError("no library for this system");
        }

        @Override
        public io.vertx.core.spi.transport.Transport implementation() {
            throw new AssertionError("nobody uses what is not there");
        }
    };

    @Test
    void a_gate_that_is_told_nothing_takes_io_uring_where_it_works_and_epoll_where_that_does() {
        for (var works : new Transport[] {Transport.EPOLL, Transport.NIO}) {
            assertThat(EventLoops.chosen(DoorSettings.Transport.AUTO, ABSENT, () -> works))
                    .isSameAs(works);
            assertThat(EventLoops.chosen(DoorSettings.Transport.AUTO, works, () -> ABSENT))
                    .isSameAs(works);
        }
    }

    @Test
    void a_gate_that_is_told_to_wait_by_java_does() throws Exception {
        Vertx vertx = EventLoops.open(1, DoorSettings.Transport.NIO);
        try {
            assertThat(vertx.isNativeTransportEnabled()).isFalse();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    @Test
    void where_neither_is_there_java_waits() {
        assertThat(EventLoops.chosen(DoorSettings.Transport.AUTO, ABSENT, () -> ABSENT))
                .isSameAs(Transport.NIO);
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "IO_URING"})
    void a_gate_that_is_told_to_take_what_does_not_work_does_not_start(DoorSettings.Transport wish) {
        assertThatThrownBy(() -> EventLoops.chosen(wish, ABSENT, () -> ABSENT))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("no library for this system");
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO"})
    void io_uring_is_not_even_tried_by_a_gate_that_is_told_to_take_something_else(DoorSettings.Transport wish) {
        assertThat(EventLoops.chosen(wish, Transport.NIO, () -> {
                    throw new AssertionError("nobody asked");
                }))
                .isSameAs(Transport.NIO);
    }
}
