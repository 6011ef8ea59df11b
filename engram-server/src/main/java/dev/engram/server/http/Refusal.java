package dev.engram.server.http;

import org.jspecify.annotations.Nullable;

/** A request that cannot be served as it stands; says why in the words of the answer. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Refusal(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    /** A mistake in the body or the path: status 400. */
    static Refusal of(String code, String detail, @Nullable String field, @Nullable String hint) {
        return new Refusal(
                new Problem(
                        com.linecorp.armeria.common.HttpStatus.BAD_REQUEST,
                        code,
                        detail,
                        field,
                        hint));
    }

    Problem problem() {
        return problem;
    }
}
