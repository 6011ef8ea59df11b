# Every target is one line that calls Maven, on a JDK that bin/find-jdk finds.
export JAVA_HOME := $(shell bin/find-jdk --jdk)
# Maven's own libraries use what newer JDKs warn of.
export MAVEN_OPTS := --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
MVN := mvn -B -ntp -q -Dstyle.color=never
SEED ?=
ROUNDS ?= 20

.PHONY: help run build test quick lint fmt stress bench bench-peers bench-kernels dist clean

help: ## what there is
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 15

run: build ## build engram and try it on the sample corpus and on this repository
	@bin/demo

build: jdk ## build what bin/engram runs
	@echo "Building engram (the first time Maven fetches what it needs; a minute or two) ..."
	@$(MVN) -pl engram-cli -am -DskipTests package

test: jdk ## all tests, lints and the format check
	@mvn -B -ntp -Dstyle.color=never verify $(if $(SEED),-Dengram.seed=$(SEED))

quick: jdk ## tests of one module and what it stands on: make quick M=engram-db
	@$(MVN) -pl $(or $(M),engram-storage) -am test

lint: jdk ## compile with every lint as an error, and check the format
	@$(MVN) -DskipTests verify

fmt: jdk ## format the sources
	@$(MVN) -pl '!engram-bom' spotless:apply

stress: jdk ## the random tests, long: make stress SEED=7 ROUNDS=100
	@$(MVN) test -Dengram.rounds=$(ROUNDS) $(if $(SEED),-Dengram.seed=$(SEED))

bench: jdk ## the JMH benchmarks
	@mvn -B -ntp -Dstyle.color=never -Pbench -pl engram-bench -am -DskipTests verify

bench-peers: build ## engram and its peers in turns: make bench-peers ARGS="--set siftlike:20000"
	@$(MVN) -pl engram-bench -am process-classes && bench/peers/run $(ARGS)

bench-kernels: build ## engram's kernels and those in C in turns: make bench-kernels ARGS="--rounds 3 --core 0"
	@$(MVN) -pl engram-bench -am process-classes && bench/peers/kernels $(ARGS)

dist: build ## engram-VERSION.tar.gz for this platform
	@"$$JAVA_HOME/bin/java" engram-cli/src/dist/Dist.java

clean: ## remove what was built
	@$(MVN) clean

jdk:
	@test -n "$(JAVA_HOME)" || { bin/find-jdk --jdk; exit 1; }
.PHONY: jdk
