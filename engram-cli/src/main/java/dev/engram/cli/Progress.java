package dev.engram.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar with rate and remaining time on a terminal; silence in a pipe. */
final class Progress implements AutoCloseable {

    private static final int UPDATE_MILLIS = 200;

    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Shows that some work began.
     *
     * @param most how many steps there will be, as far as is known
     */
    static Progress start(Common common, String task, String unit, long most) {
        if (common.quiet || !common.terminal().interactive()) {
            return new Progress(null);
        }
        return new Progress(
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(most)
                        .setUnit(" " + unit, 1)
                        .showSpeed()
                        .setUpdateIntervalMillis(UPDATE_MILLIS)
                        .setStyle(ProgressBarStyle.ASCII)
                        .clearDisplayOnFinish()
                        .setConsumer(new ConsoleProgressBarConsumer(System.err))
                        .build());
    }

    void to(long done) {
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    /** Says what the work is at. */
    void note(String text) {
        if (bar != null) {
            bar.setExtraMessage(" " + text);
        }
    }

    void most(long most) {
        if (bar != null) {
            bar.maxHint(most);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
