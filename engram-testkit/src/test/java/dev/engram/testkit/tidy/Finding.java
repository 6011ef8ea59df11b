package dev.engram.testkit.tidy;

/**
 * One place that breaks a rule of the house.
 *
 * @param file from the root of the repository, with slashes
 * @param line from 1; 0 where the file as a whole is meant
 * @param rule a short name, also what an {@link Allowance} names
 * @param remedy what was found and what to do
 */
record Finding(String file, int line, String rule, String remedy) {

    @Override
    public String toString() {
        return file + ":" + line + ": " + rule + ": " + remedy;
    }
}
