# coldfleet: the front door. `make help` lists the targets (every line with two hashes is one).
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

CC      ?= gcc
ifeq ($(origin CC),default)
CC      := gcc
endif
# A variant is one set of objects. A compiler other than gcc gets its own, so that both may stand side by side.
VARIANT ?= $(if $(filter gcc,$(CC)),release,release-$(notdir $(CC)))
BUILD   := build/$(VARIANT)
OPT     ?= -O3
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
PREFIX  ?= /usr/local
DATADIR := $(PREFIX)/share/coldfleet
DOCDIR  := $(PREFIX)/share/doc/coldfleet
# Sanitizers lead gcc's flow analysis astray, so there a warning is no error.
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(if $(SAN),,-Werror)

# gcc's release objects also carry what link-time optimisation needs; the program and the benchmarks are linked with it, the
# many tests without.
LTO     := $(if $(SAN),,$(if $(findstring gcc,$(CC)),$(if $(filter -O0,$(OPT)),,-flto=auto -ffat-lto-objects)))

CPPFLAGS_ALL = -Isim -D_GNU_SOURCE $(DEPS_CFLAGS) $(CPPFLAGS)
# No contraction and no fast-math: the same bits from every compiler and level. gcc 12's vectoriser of straight code takes
# (double)(float)x for x where two such stand side by side, so it stays off (tests/unit/test_remath.c has a canary).
CFLAGS_ALL = -std=c17 -g $(OPT) $(WARN) -ffp-contract=off -fno-fast-math -fno-math-errno -fno-tree-slp-vectorize -pthread $(LTO) $(SAN) $(CFLAGS)
LDFLAGS_ALL = -pthread $(SAN) $(LDFLAGS)
LDLIBS_ALL = $(DEPS_LIBS) -lm $(LDLIBS)

LIB_SRC     := $(sort $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c)))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
UNIT_SRC    := $(sort $(wildcard tests/unit/test_*$(FILTER)*.c))
BENCH_SRC   := $(sort $(wildcard tests/bench/*.c))
FUZZ_SRC    := $(sort $(wildcard tests/fuzz/fuzz_*.c))
LIB         := $(BUILD)/libcoldfleet.a
PROGRAM     := $(BUILD)/coldfleet
LIB_OBJ     := $(LIB_SRC:%.c=$(BUILD)/%.o)
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/%.o)
UNIT_OBJ    := $(UNIT_SRC:%.c=$(BUILD)/%.o)
UNIT        := $(UNIT_SRC:%.c=$(BUILD)/%)
BENCH       := $(BENCH_SRC:%.c=$(BUILD)/%)
FUZZ        := $(FUZZ_SRC:%.c=$(BUILD)/%)
MAIN_OBJ    := $(BUILD)/sim/cli/main.o
# -j for a make below this one, unless the user has already said how many.
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
Q := $(if $(V),,@)

# Dependencies. The included file holds the flags that pkg-config gave; where it is missing, or a library has gone since,
# make runs tools/deps.sh (which installs what is missing) and starts itself again. Otherwise this costs nothing.
NEEDS_NO_LIBRARY := help clean format lint
ifneq ($(filter-out $(NEEDS_NO_LIBRARY),$(or $(MAKECMDGOALS),build)),)
include build/deps-build.mk
endif
build/deps-%.mk: tools/deps.sh
	@CC='$(CC)' tools/deps.sh $* $@

.PHONY: build
build: $(PROGRAM) build/web.tried ## build the program (default); CC=clang, OPT=-O3, VARIANT=name, V=1 are understood
	$(if $(SAN),,@ln -sfn $(PROGRAM) coldfleet)

# The libraries that draw a report's charts, once per lockfile; a build without npm lacks only `coldfleet report`.
build/web.tried: analysis/web/package-lock.json analysis/web/sha256sums tools/report_libs.sh
	@tools/report_libs.sh
.PHONY: report-libs
report-libs: build/deps-report.mk ## fetch the libraries that draw a report's charts (installs npm when it is missing)
	@tools/report_libs.sh --must

.PHONY: demo
demo: ## build and run a first scenario
	@start=$$(date +%s); $(MAKE) --no-print-directory $(PARALLEL) build >/dev/null && \
	  echo "built in $$(($$(date +%s) - start)) s with $(DEPS_VERSIONS)"
	@$(if $(SAN),$(PROGRAM),./coldfleet) run scenarios/agriculture.yaml

.PHONY: check check-long
check: ## run every test: units, command line, golden digests; ends with "N passed, N failed"
	@$(MAKE) --no-print-directory $(PARALLEL) build unit
	@JOBS=$(JOBS) tools/check.sh $(BUILD)
check-long: ## the same with long random trials, every golden digest on 1, 2 and 7 threads, each fuzzer for a minute
	@$(MAKE) --no-print-directory $(PARALLEL) build unit
	@JOBS=$(JOBS) COLDFLEET_LONG=1 tools/check.sh $(BUILD)
	@FUZZ_SECONDS=60 $(MAKE) --no-print-directory fuzz

.PHONY: unit check-unit
unit: $(UNIT) ## build the unit tests without running them
check-unit: ## run the unit tests only (FILTER=remath: those whose name holds it)
	@$(MAKE) --no-print-directory $(PARALLEL) unit
	@JOBS=$(JOBS) FILTER='$(FILTER)' tools/check.sh $(BUILD) unit

.PHONY: check-report
check-report: build/deps-browser.mk report-libs ## draw reports in a headless Chromium and look at what came out
	@$(MAKE) --no-print-directory $(PARALLEL) build
	@tests/report/check.sh $(PROGRAM)

.PHONY: fuzz fuzz-programs
fuzz: ## run each fuzzer for FUZZ_SECONDS (default 20) with clang's libFuzzer
	@$(MAKE) --no-print-directory $(PARALLEL) CC=clang VARIANT=fuzz SAN='-fsanitize=fuzzer-no-link,address,undefined \
	  -fno-sanitize-recover=all' OPT=-O1 fuzz-programs
	@tools/fuzz.sh build/fuzz
fuzz-programs: $(FUZZ)

.PHONY: bench
bench: ## run the benchmarks and show them beside their limits and the last figures under review
	@$(MAKE) --no-print-directory $(PARALLEL) build $(BENCH)
	@tools/bench.sh $(BUILD)

.PHONY: golden
golden: ## write the golden digests anew (to be reviewed, with a line in CHANGELOG.md)
	@$(MAKE) --no-print-directory $(PARALLEL) build
	@UPDATE=1 tests/golden/check.sh $(PROGRAM)

# asan-check, ubsan-check-unit, tsan-demo ...: any target, in a build of its own.
asan-%: ## any target with the address and leak sanitizers, e.g. asan-check
	@$(MAKE) --no-print-directory VARIANT=$(VARIANT)-asan SAN='-fsanitize=address -fno-omit-frame-pointer' OPT=-O1 $*
ubsan-%: ## any target with the undefined-behaviour sanitizer
	@$(MAKE) --no-print-directory VARIANT=$(VARIANT)-ubsan SAN='-fsanitize=undefined -fno-sanitize-recover=all' OPT=-O1 $*
tsan-%: ## any target with the thread sanitizer
	@$(MAKE) --no-print-directory VARIANT=$(VARIANT)-tsan SAN='-fsanitize=thread' OPT=-O1 $*

.PHONY: lint format
lint: build/deps-lint.mk ## format, layering, symbols, words, shellcheck, cppcheck, clang-tidy
	@$(MAKE) --no-print-directory $(PARALLEL) build
	@JOBS=$(JOBS) tools/lint.sh $(BUILD)
format: build/deps-lint.mk ## rewrite every C file in the house format
	@find sim tests -name '*.[ch]' -print0 | xargs -0 clang-format -i

.PHONY: install
install: build ## install to PREFIX (default /usr/local) below DESTDIR
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(DATADIR)' '$(DESTDIR)$(DOCDIR)'
	install -m 755 $(PROGRAM) '$(DESTDIR)$(PREFIX)/bin/coldfleet'
	for file in $$(find models scenarios analysis -type f ! -name '.*'); do \
	  install -D -m 644 "$$file" '$(DESTDIR)$(DATADIR)/'"$$file" || exit 1; done
	for file in $$(find build/web -type f 2>/dev/null); do \
	  install -D -m 644 "$$file" '$(DESTDIR)$(DATADIR)/web/'"$${file##*/}" || exit 1; done
	for file in tests/reference/*.csv; do \
	  install -D -m 644 "$$file" '$(DESTDIR)$(DATADIR)/reference/'"$${file##*/}" || exit 1; done
	for file in $$(find docs -type f ! -name '.*') README.md CHANGELOG.md LICENSE; do \
	  install -D -m 644 "$$file" '$(DESTDIR)$(DOCDIR)/'"$${file#docs/}" || exit 1; done
	$(call install_made,$(PREFIX)/share/bash-completion/completions/coldfleet,completion bash)
	$(call install_made,$(PREFIX)/share/zsh/site-functions/_coldfleet,completion zsh)
	$(call install_made,$(PREFIX)/share/fish/vendor_completions.d/coldfleet.fish,completion fish)
	for page in $$($(PROGRAM) man --list); do \
	  $(call install_made,$(PREFIX)/share/man/man$${page##*.}/$$page,man $$page) || exit 1; done

# A file that the program itself writes: where it goes, and the command.
install_made = $(PROGRAM) $(2) >$(BUILD)/made && install -D -m 644 $(BUILD)/made '$(DESTDIR)'"$(1)"

.PHONY: clean
clean: ## remove everything that was built, and out/
	rm -rf build out coldfleet

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z][a-z%-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Rules -----------------------------------------------------------------------------------------------------------------

# Objects are made again when the compiler or a flag changes.
FLAGS_NOW = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) | $(LDFLAGS_ALL) $(LDLIBS_ALL)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' >$@
$(BUILD)/datadir: FORCE
	@mkdir -p $(@D)
	@echo '$(DATADIR)' | cmp -s - $@ || echo '$(DATADIR)' >$@
.PHONY: FORCE
FORCE:

$(BUILD)/sim/base/remath_avx.o: EXTRA = -mavx
$(BUILD)/sim/cli/%.o: EXTRA = -DCF_DATADIR='"$(DATADIR)"'
$(BUILD)/tests/%.o: EXTRA = -Itests
$(filter $(BUILD)/sim/cli/%,$(LIB_OBJ)) $(MAIN_OBJ): $(BUILD)/datadir

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC    $<")
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(EXTRA) -MMD -MP -c $< -o $@

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(PROGRAM): $(MAIN_OBJ) $(LIB)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(OPT) $(LTO) $(LDFLAGS_ALL) $^ $(LDLIBS_ALL) -o $@

$(UNIT_OBJ): | build/deps-check.mk
$(UNIT): $(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(SUPPORT_OBJ) $(LIB)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) -fno-lto $(LDFLAGS_ALL) $^ $(LDLIBS_ALL) -lcmocka -o $@

$(BENCH): $(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(SUPPORT_OBJ) $(LIB)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(OPT) $(LTO) $(LDFLAGS_ALL) $^ $(LDLIBS_ALL) -o $@

$(FUZZ): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(LIB)
	$(if $(V),,@echo "  LINK  $@")
	$(Q)$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer $^ $(LDLIBS_ALL) -o $@

.SECONDARY: $(UNIT_OBJ) $(SUPPORT_OBJ)
-include $(LIB_OBJ:.o=.d) $(SUPPORT_OBJ:.o=.d) $(UNIT:=.d) $(BENCH:=.d) $(FUZZ:=.d) $(MAIN_OBJ:.o=.d)
