package dev.engram.testkit.tidy;

import java.util.List;

/**
 * An exception from a rule, for one file, with its reason. An allowance that is no longer needed is
 * a finding of its own, so the list cannot grow old.
 */
record Allowance(String rule, String file, String reason) {

    /** All exceptions of this repository. */
    static final List<Allowance> ALL = List.of();

    Allowance {
        if (reason.length() < 10) {
            throw new IllegalArgumentException("reason: '" + reason + "' (expected: a sentence)");
        }
    }

    boolean covers(Finding finding) {
        return finding.rule().equals(rule) && finding.file().equals(file);
    }
}
