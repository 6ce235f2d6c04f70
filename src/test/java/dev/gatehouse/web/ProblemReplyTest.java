package dev.gatehouse.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.vocabulary.Reason;
import org.junit.jupiter.api.Test;

final class ProblemReplyTest {
    @Test
    void a_problem_has_the_members_of_rfc_9457_and_ours() {
        Reply reply = ProblemReply.of(
                Reason.ROLE_MISSING, "This action needs a role you do not have.", "01JD4Q8Z", "https://shop.example");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.headers().toString())
                .contains("Content-Type=application/problem+json", "Cache-Control=no-store");
        assertThat(reply.body())
                .hasToString(
                        "{\"type\":\"https://shop.example/_gate/problems/role_missing\",\"title\":\"Not allowed\",\"status\":403,"
                                + "\"detail\":\"This action needs a role you do not have.\",\"reason\":\"role_missing\",\"request_id\":\"01JD4Q8Z\",\"msg\":\"Not allowed\"}");
    }
}
