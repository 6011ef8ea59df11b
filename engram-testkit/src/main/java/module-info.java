import org.jspecify.annotations.NullMarked;

/**
 * Seeds, faulty disks and an exact-search oracle for the tests of every floor, and the tests of
 * storage, which need them and stand below.
 */
@NullMarked
module dev.engram.testkit {
    requires transitive dev.engram.storage;
    requires transitive org.assertj.core;
    requires transitive org.junit.jupiter.api;
    requires org.junit.jupiter.params;

    exports dev.engram.testkit;
}
