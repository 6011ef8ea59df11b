package dev.engram.text.embed;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.engram.error.UnavailableException;
import dev.engram.text.embed.ModelFiles.Graph;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A graph that turns one row of token ids into one vector. Safe for many threads, each of which
 * computes on its own.
 *
 * <p>Always one row and never padding: an int8 graph scales its activations by the largest of the
 * whole tensor, so a neighbour in a batch would change the vector.
 */
final class OnnxModel implements AutoCloseable {

    private static final String POOLED = "sentence_embedding";
    private static final Set<String> INPUTS =
            Set.of("input_ids", "attention_mask", "token_type_ids", "position_ids");
    private static final List<String> ROWS = List.of("last_hidden_state", "token_embeddings");

    private final String name;
    private final int dimension;
    private final Pooling pooling;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String output;

    OnnxModel(ModelFiles files) {
        name = files.name();
        dimension = files.manner().dimension();
        pooling = files.manner().pooling();
        environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (SessionOptions options = options()) {
            session =
                    switch (files.graph()) {
                        case Graph.InMemory(byte[] bytes) ->
                                environment.createSession(bytes, options);
                        case Graph.InFile(Path file, List<Path> _) ->
                                environment.createSession(file.toString(), options);
                    };
        } catch (OrtException e) {
            throw new UnavailableException(
                    "cannot open the graph of model " + name + ": " + e.getMessage(), e);
        }
        boolean usable = false;
        try {
            output = output(session.getOutputNames());
            checkInputs();
            usable = true;
        } finally {
            if (!usable) {
                close();
            }
        }
    }

    private static String output(Set<String> outputs) {
        if (outputs.contains(POOLED)) {
            return POOLED;
        }
        return ROWS.stream()
                .filter(outputs::contains)
                .findFirst()
                .orElseGet(() -> outputs.iterator().next());
    }

    private void checkInputs() {
        for (String input : session.getInputNames()) {
            if (!INPUTS.contains(input)) {
                throw new UnavailableException(
                        "model "
                                + name
                                + " wants the input '"
                                + input
                                + "' (known: "
                                + INPUTS.stream().sorted().collect(Collectors.joining(", "))
                                + ")");
            }
        }
    }

    private static SessionOptions options() throws OrtException {
        SessionOptions options = new SessionOptions();
        // One thread a row: rows are many, and ONNX Runtime's own threads spin when idle.
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        // Rows are of all lengths: a plan of memory per length would only pile up.
        options.setMemoryPatternOptimization(false);
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        return options;
    }

    /**
     * Runs the graph over one row.
     *
     * @param row token ids, special ones included
     * @return the pooled vector, not yet normalised
     */
    float[] run(long[] row) {
        Map<String, OnnxTensor> inputs = LinkedHashMap.newLinkedHashMap(INPUTS.size());
        try {
            for (String input : session.getInputNames()) {
                inputs.put(input, tensor(input, row));
            }
            try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
                return pooled((OnnxTensor) result.get(0), row.length);
            }
        } catch (OrtException e) {
            throw new UnavailableException("model " + name + " failed", e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(String input, long[] row) throws OrtException {
        long[] values = row;
        if (!input.equals("input_ids")) {
            values = new long[row.length];
            switch (input) {
                case "attention_mask" -> Arrays.fill(values, 1);
                case "position_ids" -> Arrays.setAll(values, i -> i);
                default -> {} // Tokens of the one and only sequence are of type 0.
            }
        }
        return OnnxTensor.createTensor(
                environment, LongBuffer.wrap(values), new long[] {1, row.length});
    }

    private float[] pooled(OnnxTensor tensor, int tokens) {
        FloatBuffer values = tensor.getFloatBuffer();
        int rows = output.equals(POOLED) ? 1 : tokens;
        if (values.remaining() != rows * dimension) {
            throw new UnavailableException(
                    "model "
                            + name
                            + " gave "
                            + values.remaining()
                            + " numbers for "
                            + tokens
                            + " tokens (expected: "
                            + rows * dimension
                            + ", by its dimension of "
                            + dimension
                            + ")");
        }
        return pooling.pool(values, rows, dimension);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new UnavailableException("cannot close model " + name, e);
        }
    }
}
