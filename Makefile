# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Casement authors
#
# Thin: meson builds, .ci/dependencies installs, tests/summary counts.

MAIL ?=
# How many stories and kills at each point `make soak` takes, and from which seed
SEEDS ?= 200
SEED ?= 1
# How long `make fuzz` looks for what breaks
FUZZ_SECONDS ?= 600
RUN = _build/run
ASAN = _build/asan
CLANG = _build/clang
# A quarter of the compiler's time is the second step of optimization and what only a debugger wants to know.
sanitized = --buildtype=debugoptimized -Doptimization=1 -Dc_args=-g1 -Dwerror=true -Db_sanitize=address$(comma)undefined -Dfailpoints=true -Dfuzz=true
setup = test -f $(1)/build.ninja || meson setup $(1) $(2)

.PHONY: run check soak fuzz bench screenshots references install clean

run:
	@.ci/dependencies run
	@$(call setup,$(RUN),-Dtests=false) >/dev/null
	@ninja -C $(RUN) --quiet
	@.ci/launch $(RUN) "$(MAIL)"

# gcc with the sanitizers runs every suite; clang, which warns of other things, builds what is installed.
check:
	@.ci/dependencies check
	@$(call setup,$(ASAN),$(sanitized))
	@ninja -C $(ASAN)
	@test -f $(CLANG)/build.ninja || CC=clang meson setup $(CLANG) --buildtype=plain -Dwerror=true -Db_pch=false -Dtests=false
	@ninja -C $(CLANG)
	@tests/run-suites $(ASAN)

# The fault suite for hours: more seeds, more kills, and an absence as long as it was thought of.
soak:
	@.ci/dependencies check
	@$(call setup,$(ASAN),$(sanitized))
	@ninja -C $(ASAN)
	@CASEMENT_FAULT_SEEDS=$(SEEDS) CASEMENT_FAULT_SEED=$(SEED) CASEMENT_FAULT_CHANGES=50000 CASEMENT_TEST_PATIENCE=0 tests/run-suites $(ASAN) fault

fuzz:
	@.ci/dependencies check
	@$(call setup,_build/fuzz,--buildtype=debugoptimized -Dfuzz=true)
	@ninja -C _build/fuzz tests/fuzz/fuzz-reader tests/fuzz/fuzz-intake
	@tests/fuzz/fuzz.sh _build/fuzz/tests/fuzz/fuzz-reader tests/fuzz $$(($(FUZZ_SECONDS) / 2)) _build/fuzz-found
	@tests/fuzz/fuzz.sh _build/fuzz/tests/fuzz/fuzz-intake tests/fuzz $$(($(FUZZ_SECONDS) / 2)) _build/fuzz-found

bench:
	@.ci/dependencies check
	@$(call setup,_build/bench,--buildtype=release)
	@ninja -C _build/bench
	@tests/bench/run _build/bench

# The sample at three widths, light and dark, what the README tells of, from the test that plays it, and every page in every language.
screenshots:
	@.ci/dependencies check
	@$(call setup,$(RUN),-Dtests=false) >/dev/null
	@ninja -C $(RUN) --quiet
	@.ci/launch --screenshots $(RUN)
	@$(call setup,_build/bench,--buildtype=release) >/dev/null
	@CASEMENT_TEST_PICTURES=$(CURDIR)/_build/screenshots meson test -C _build/bench --quiet scenario
	@CASEMENT_GALLERY=all CASEMENT_GALLERY_FOLDER=$(CURDIR)/_build/screenshots meson test -C _build/bench --quiet --suite gallery

# The pages as they are now become those that the gallery suite compares with: look at what git says has changed.
references:
	@.ci/dependencies check
	@$(call setup,_build/bench,--buildtype=release) >/dev/null
	@CASEMENT_GALLERY=references meson test -C _build/bench --quiet --suite gallery
	@git status --short tests/gallery/references

install:
	meson install -C $(RUN)

clean:
	rm -rf _build

comma = ,
