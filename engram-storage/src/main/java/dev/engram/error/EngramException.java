package dev.engram.error;

import org.jspecify.annotations.Nullable;

/**
 * Trouble that comes from the world: a disk, a file, another process, a limit.
 *
 * <p>The caller's own mistakes are {@link IllegalArgumentException}; ours are {@link
 * AssertionError}. The family is closed, so that a server maps it to statuses, and a command line
 * to messages, by one exhaustive switch.
 */
public abstract sealed class EngramException extends RuntimeException
        permits ConflictException,
                CorruptException,
                DeniedException,
                LimitExceededException,
                NotFoundException,
                UnavailableException {

    private static final long serialVersionUID = 1L;

    EngramException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
