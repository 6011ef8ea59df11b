package dev.engram.cli;

import picocli.CommandLine.Command;

/** Measures engram. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure how well and how fast engram answers.",
        subcommands = {QualityCommand.class, AnnCommand.class})
final class BenchCommand {}
