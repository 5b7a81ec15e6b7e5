# Binnacle. `make help` lists the targets.
#
# SAN=1   AddressSanitizer and UndefinedBehaviorSanitizer, into build/san
# Everything but main.o is one static library; the tests link that library.

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
CC      := gcc
SAN     ?= 0

ifeq ($(SAN),1)
B := build/san
else
B := build/rel
endif

PKGS := ncursesw libcurl jansson libpq yaml-0.1 libuv libcrypto hiredis libjwt md4c
WARN := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wformat=2 \
	-Wformat-overflow=2 -Wformat-truncation=2 -Wformat-signedness -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wnull-dereference -Wdouble-promotion -Wundef \
	-Wcast-qual -Wcast-align=strict -Wwrite-strings -Wswitch-enum -Wvla -Walloca \
	-Wstack-usage=16384 -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init \
	-Warith-conversion -Wbidi-chars=any,ucn -Wimplicit-fallthrough=5 -Wfloat-equal -Werror
HARD := -O2 -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection=full -ftrivial-auto-var-init=zero -fzero-call-used-regs=used-gpr \
	-fno-strict-overflow -fno-delete-null-pointer-checks -fPIE
LINK_HARD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code,--as-needed
SANITIZE := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined

CPPFLAGS = -D_GNU_SOURCE -DBINNACLE_VERSION='"$(VERSION)"' -DBINNACLE_PREFIX='"$(PREFIX)"' -Isrc -I.
CFLAGS   = -std=c11 -g -pipe $(WARN)
LDFLAGS  =
LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lunistring -lm -lpthread
ifeq ($(SAN),1)
CFLAGS  += $(SANITIZE)
LDFLAGS += -fsanitize=address,undefined
else
CFLAGS  += $(HARD)
LDFLAGS += $(LINK_HARD)
endif
CPPFLAGS += $(shell pkg-config --cflags $(PKGS) 2>/dev/null)

LIB_SRC  := $(sort $(wildcard src/*/*.c))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
LIB      := $(B)/libbinnacle.a
BIN      := $(B)/binnacle
LAB_SRC  := $(sort $(wildcard lab/*.c))
LAB_OBJ  := $(LAB_SRC:%.c=$(B)/%.o)
LAB_BIN  := $(if $(LAB_SRC),$(B)/labserver)
TEST_LIB := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/lib/*.c)))
UNIT     := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/unit/test_*.c)))
E2E      := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/e2e/test_*.c)))
INTEG    := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/integration/test_*.c)))
TOOLS    := $(addprefix $(B)/tests/bench/,ttybench journalbench librarybench walkbench txbench rowsbench exportbench floor floor_all)

# V=1 shows whole command lines.
ifeq ($(V),1)
say = @:
Q :=
else
say = @printf '  %-5s %s\n' $(1) $(2)
Q := @
endif

.PHONY: all deps test unit check layers tidy fuzz chromium differential bench demo accept install clean help docs
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BIN) $(LAB_BIN) ## the program and the lab's server, into build/rel

help:
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14
	@echo 'SAN=1 builds with sanitizers into build/san, V=1 shows whole command lines.'

deps: ## install what is missing (Debian packages; no service is installed or started)
	@tests/tools/deps.sh build test

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(B)/src/app/example.o: config/teachlink.yaml config/runbook.md

$(LIB): $(LIB_OBJ)
	$(call say,AR,$@)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(BIN): $(B)/src/main.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(B)/labserver: $(LAB_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(B)/tests/%: $(B)/tests/%.o $(TEST_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -lvterm -lutil -o $@

# A wall clock that a test can set, to be preloaded.
$(B)/tests/e2e/test_incident_console: $(B)/tests/tools/clock.so
$(B)/tests/tools/clock.so: tests/tools/clock.c
	@mkdir -p $(@D)
	$(call say,CC,$@)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) -O2 -shared -fPIC $< -o $@

$(B)/tests/bench/ttybench: $(B)/tests/bench/suite.o

# The pure parts of the lab's server.
$(B)/tests/unit/test_lab_api: $(patsubst %,$(B)/lab/%.o,breaker limiter tally)
$(B)/tests/unit/test_lab_gate: $(B)/lab/gate.o
$(B)/tests/unit/test_lab_book: \
	$(patsubst %,$(B)/lab/%.o,book book_plan draft handin ledger xdrout)

# The two floors: ncurses alone, and ncurses beside every library that the console links.
$(B)/tests/bench/floor: $(B)/tests/bench/floor.o
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(shell pkg-config --libs ncursesw) -o $@

$(B)/tests/bench/floor_all: $(B)/tests/bench/floor.o
	$(CC) $(LDFLAGS) -Wl,--no-as-needed $^ $(LDLIBS) -o $@

unit: $(UNIT) ## build and run the unit tests only
	@tests/tools/run.sh $(UNIT)

test: ## install what is missing, build, and run every test
	@tests/tools/deps.sh build test
	@$(MAKE) --no-print-directory run-tests

.PHONY: run-tests
run-tests: all $(UNIT) $(INTEG) $(E2E)
	@lab/lab fetch
	@BINNACLE=$(BIN) LABSERVER=$(B)/labserver tests/tools/run.sh $(UNIT) $(INTEG) $(E2E)

check: layers tidy ## the include law, banned calls, clang-tidy, cppcheck, shellcheck

layers:
	@tests/tools/layers.sh

tidy:
	@tests/tools/tidy.sh "$(CPPFLAGS)"

fuzz: ## run every fuzz target for FUZZ_SECONDS (20) with libFuzzer
	@tests/tools/fuzz.sh "$(CPPFLAGS)" "$(LDLIBS)"

chromium: ## open the recorded HTML exports in a headless Chromium (optional)
	@tests/tools/chromium.sh tests/golden/record-*.html

differential: $(BIN) $(B)/tests/differential/compare ## transactions as the official SDK reads them (needs node)
	@tests/tools/differential.sh $(B)

bench: all $(TOOLS) ## speed, as ratios to floors and peers
	@BINNACLE=$(BIN) LABSERVER=$(B)/labserver tests/bench/run.sh $(B)

demo: ## get what is missing, build, play an outage in the lab, open the console on it
	@tests/tools/deps.sh build demo
	@$(MAKE) --no-print-directory all
	@BINNACLE=$(BIN) LABSERVER=$(B)/labserver lab/demo

accept: all ## one line for each claim of the issue, with its evidence
	@$(MAKE) --no-print-directory $(UNIT) $(INTEG) $(E2E) $(TOOLS)
	@BINNACLE=$(BIN) LABSERVER=$(B)/labserver tests/tools/accept.sh $(B)

docs: $(BIN) ## the man pages, by scdoc
	@tests/tools/deps.sh docs
	@tests/tools/manual.sh $(BIN) build/man

install: all docs ## DESTDIR= and PREFIX= say where
	install -Dm755 $(BIN) $(DESTDIR)$(PREFIX)/bin/binnacle
	install -Dm644 build/man/binnacle.1 $(DESTDIR)$(PREFIX)/share/man/man1/binnacle.1
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/man/man5 build/man/*.5
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/binnacle/runbooks runbooks/*.md
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/doc/binnacle/examples config/*.yaml
	install -Dm644 -t $(DESTDIR)$(PREFIX)/share/doc/binnacle docs/transactions.md docs/drills.md \
		docs/payment-intents.sql docs/schemas/dr_report.schema.json
	@mkdir -p build
	@sed 's|@PREFIX@|$(PREFIX)|' config/binnacle-record.service >build/binnacle-record.service
	install -Dm644 build/binnacle-record.service \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/binnacle-record.service
	@sed 's|@PREFIX@|$(PREFIX)|' config/binnacle-verify.service >build/binnacle-verify.service
	install -Dm644 -t $(DESTDIR)$(PREFIX)/lib/systemd/system build/binnacle-verify.service \
		config/binnacle-verify.timer
	install -Dm644 config/crontab $(DESTDIR)$(PREFIX)/share/doc/binnacle/examples/crontab
	install -Dm644 config/binnacle.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/binnacle.conf
	@for shell in bash zsh fish; do $(BIN) completion $$shell >build/completion.$$shell || exit 1; done
	install -Dm644 build/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/binnacle
	install -Dm644 build/completion.zsh $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_binnacle
	install -Dm644 build/completion.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/binnacle.fish

clean: ## remove build/ (stop a running lab first: lab/lab down)
	rm -rf build

-include $(wildcard $(B)/src/*.d $(B)/src/*/*.d $(B)/lab/*.d $(B)/tests/*/*.d)
