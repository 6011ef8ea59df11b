package dev.engram.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs {@link Seed#rounds} times, each with another seed. Stands in the place of {@link
 * org.junit.jupiter.api.Test}; takes the parameters of {@link Seeded}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeedRounds.class)
public @interface SeededTest {}
