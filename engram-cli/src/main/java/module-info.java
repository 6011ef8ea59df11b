import org.jspecify.annotations.NullMarked;

/** The {@code engram} command. */
@NullMarked
module dev.engram.cli {
    requires dev.engram.server;
    requires dev.engram.text;
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires io.jhdf;
    requires java.logging;
    requires java.management;
    requires jdk.management;
    requires me.tongfei.progressbar;

    opens dev.engram.cli to
            info.picocli;
}
