# coldfleet: the front door. `make help` lists the targets.
.DEFAULT_GOAL := build
MAKEFLAGS += --no-builtin-rules

VARIANT ?= release
BUILD   := build/$(VARIANT)
CC      ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
OPT     ?= -O2
PKGS    := gsl sqlite3 yaml-0.1 sleef libmd
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
CPPFLAGS_ALL := -Isim -D_GNU_SOURCE $(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(CPPFLAGS)
# No contraction and no fast-math: the same bits from every compiler and level.
CFLAGS_ALL := -std=c17 -g $(OPT) $(WARN) -ffp-contract=off -fno-fast-math -fno-math-errno -pthread $(SAN) $(CFLAGS)
LDLIBS_ALL := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm -pthread $(LDLIBS)
LDFLAGS_ALL := $(SAN) $(LDFLAGS)

LIB_SRC  := $(sort $(filter-out sim/cli/main.c,$(wildcard sim/*/*.c)))
LIB_OBJ  := $(LIB_SRC:%.c=$(BUILD)/%.o)
LIB      := $(BUILD)/libcoldfleet.a
PROGRAM  := $(BUILD)/coldfleet
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(BUILD)/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT     := $(UNIT_SRC:%.c=$(BUILD)/%)
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
BENCH    := $(BENCH_SRC:%.c=$(BUILD)/%)

.PHONY: build
build: $(PROGRAM)
	@ln -sfn $(PROGRAM) coldfleet

$(BUILD)/sim/base/remath_avx.o: CFLAGS_ALL += -mavx

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c $< -o $@

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(PROGRAM): $(BUILD)/sim/cli/main.o $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(LDLIBS_ALL) -o $@

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(SUPPORT_OBJ) $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(LDLIBS_ALL) -lcmocka -o $@

$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(SUPPORT_OBJ) $(LIB)
	$(Q)$(CC) $(LDFLAGS_ALL) $^ $(LDLIBS_ALL) -o $@

.PHONY: unit
unit: $(UNIT)

.PHONY: clean
clean:
	rm -rf build out coldfleet

-include $(LIB_OBJ:.o=.d) $(SUPPORT_OBJ:.o=.d) $(UNIT:=.d) $(BENCH:=.d) $(BUILD)/sim/cli/main.d
