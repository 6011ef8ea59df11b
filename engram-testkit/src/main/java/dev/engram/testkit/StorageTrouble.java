package dev.engram.testkit;

import dev.engram.error.LimitExceededException;
import dev.engram.error.UnavailableException;

/** What happens at a {@link StoragePoint}. */
public enum StorageTrouble {
    /** No space is left: {@link LimitExceededException}. */
    DISK_FULL,
    /** The disk does not answer: {@link UnavailableException}. */
    UNAVAILABLE,
    /** This and every later operation ends with {@link PowerCut}, until the power is back. */
    POWER_CUT;

    void strike(String where) {
        switch (this) {
            case DISK_FULL -> throw new LimitExceededException("disk full while writing " + where);
            case UNAVAILABLE -> throw new UnavailableException("cannot use " + where);
            case POWER_CUT -> throw new PowerCut(where);
        }
    }
}
