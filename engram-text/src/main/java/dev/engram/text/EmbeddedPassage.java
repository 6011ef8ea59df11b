package dev.engram.text;

/**
 * A passage and what a model makes of it.
 *
 * @param passage the passage
 * @param vector of as many components as the model has dimensions
 */
public record EmbeddedPassage(Passage passage, float[] vector) {}
