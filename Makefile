# Nightmill: builds the stages and chains them.
#
#   make                 every executable, in bin/
#   make train           the whole pipeline, up to date, and the path of its report
#   make STAGE           the pipeline up to that stage (not `clean`, which cleans; see `make help`)
#   make push, pull      artifacts to and from the remote of .dvc/config, or REMOTE=NAME (docs/remote.md)
#   make status          what is not up to date, here and in the remote
#   make check           what must pass, without network or Python, in under a minute
#   make test            everything that must pass, with its tools (`./setup test` installs them)
#   make golden          rewrites the expected output of the golden cases; read the diff
#   make fuzz            one minute of fuzzing, or FUZZ_SECONDS a target
#   make memcheck        the unit tests under valgrind, in minutes
#   make bench           speed, beside the peers that ./setup bench installs
#   make reference       rewrites docs/reference.md from what the stages say of themselves
#   make sample          regenerates the sample data under data/
#   make install         DESTDIR and PREFIX as everywhere
#   make clean, help, graph
#
# PIPELINE="milk iris" or all; DATA=DIR takes the CSV files from there; OUT=DIR puts artifacts/ and
# reports/ there; MODE=release|asan|cov|clang|fuzz|tsan builds into build/MODE; V=1 shows commands.
# The rules of the pipelines come from pipeline/stages.tbl by way of scripts/rules.awk.

VERSION  := 0.1.0
PIPELINE ?= milk
PREFIX   ?= /usr/local
MODE     ?= release
MAKEFLAGS += -rR
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

ifneq ($(filter default undefined,$(origin CC)),)
CC := $(if $(filter clang fuzz,$(MODE)),clang-14,gcc)
endif
Q     := $(if $(V),,@)
say    = $(if $V$(silent),,@printf '  %-6s  %s\n' $1 $2)
B     := build/$(MODE)
BIN   := $(if $(filter release,$(MODE)),bin,$B/bin)
goals := $(or $(MAKECMDGOALS),all)
yaml  := $(wildcard pipeline/*.yaml)

# A shell that leaves DATA=~/milk as it is gets what it meant.
override DATA := $(patsubst ~/%,$(HOME)/%,$(DATA))
override OUT  := $(patsubst ~/%,$(HOME)/%,$(OUT))
ARTIFACTS := $(OUT:%=%/)artifacts
REPORTS   := $(OUT:%=%/)reports
folders    = $(if $(OUT), $(foreach o,$2,--$o $(if $(filter reports,$o),$(REPORTS),$(ARTIFACTS))/$1))
pipelines := $(patsubst pipeline/%.yaml,%,$(if $(filter all,$(PIPELINE)),$(yaml),$(PIPELINE)))
unknown   := $(filter-out $(yaml:pipeline/%.yaml=%),$(pipelines))
$(if $(unknown),$(error no pipeline '$(unknown)'; there are $(yaml:pipeline/%.yaml=%)))
$(if $(word 2,$(OUT))$(word 2,$(DATA)),$(error OUT and DATA cannot hold blanks))

# dvc.lock knows the artifacts, unless they or the data stand elsewhere; `make -q` only asks.
tracked := $(if $(DATA)$(OUT)$(filter-out release,$(MODE)),,$(wildcard .dvc/config))
flags   := $(firstword -$(MAKEFLAGS))
asked   := $(findstring q,$(flags))
silent  := $(if $(findstring s,$(flags)), --quiet)
dry     := $(if $(findstring n,$(flags)), --dry-run)

# What was found out once about the compiler, and the rules of the pipelines.
settings := $(MODE) $(VERSION) $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
ifneq ($(file <$B/settings),$(settings))
$B/settings: FORCE
endif
$B/settings:
	@mkdir -p $B && printf '%s\n' '$(settings)' >$@
$B/flags.mk $B/version.h &: $B/settings scripts/probe.sh
	@sh scripts/probe.sh '$B' '$(MODE)' '$(VERSION)' '$(CC)' '$(CPPFLAGS)' '$(CFLAGS)' '$(LDFLAGS)'
$B/stages.h: pipeline/stages.tbl scripts/header.awk
	@mkdir -p $B && awk -f scripts/header.awk pipeline/stages.tbl >$@
build/rules.mk: pipeline/stages.tbl $(yaml) scripts/pipelines.awk scripts/rules.awk scripts/dvc.awk
	@mkdir -p build && awk -f scripts/pipelines.awk -f scripts/dvc.awk pipeline/stages.tbl $(yaml) >build/dvc.yaml
	@cmp -s build/dvc.yaml dvc.yaml || mv build/dvc.yaml dvc.yaml
	@awk -f scripts/pipelines.awk -f scripts/rules.awk pipeline/stages.tbl $(yaml) >$@
ifneq ($(filter-out clean help graph,$(goals)),)
include $B/flags.mk build/rules.mk
MAKEFLAGS += -j$(JOBS)
endif

# Executables.
sources := $(wildcard src/*/*.c)
stages  := $(patsubst stages/%.c,%,$(wildcard stages/*.c))
library := $B/libnightmill.a
objects := $(sources:%.c=$B/%.o)
LIBS    := -lcsv -ljansson -lyaml -lgsl -lgslcblas -lcrypto -lexpat -lm -lpthread -ldl

all: $(library) $(stages:%=$(BIN)/%)
ifneq ($(file <$B/sources),$(sources))
$B/sources: FORCE
endif
$B/sources: ; @mkdir -p $B && printf '%s\n' '$(sources)' >$@
$(objects) $(stages:%=$B/stages/%.o): $B/%.o: %.c $B/flags.mk | $B/version.h $B/stages.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$Q$(CC) $(COMPILE) -ffile-prefix-map=$(CURDIR)=. -Isrc -I$B -MMD -MP -c -o $@ $<
$(library): $(objects) $B/sources
	$(call say,AR,$@)
	$Qrm -f $@ && ar rcsD $@ $(objects)
$(stages:%=$(BIN)/%): $(BIN)/%: $B/stages/%.o $(library)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$Q$(CC) $(COMPILE) -o $@ $^ $(LINK) $(LIBS)
-include $(wildcard $B/src/*/*.d $B/stages/*.d)

# Tests: one executable a file; tests/run and its parts start them.
unit  := $(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c))
fuzz  := $(patsubst tests/fuzz/%.c,$B/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
help  := $(patsubst %.c,$B/%.o,$(wildcard tests/help/*.c))
replay := $(if $(filter fuzz,$(MODE)),,$B/tests/fuzz/replay.o)
quiet := -Wno-conversion -Wno-sign-conversion -Wno-write-strings -Wno-pedantic
unit-tests: $(unit)
fuzz-targets: $(fuzz)
$B/tests/%.o: tests/%.c $B/flags.mk | $B/version.h $B/stages.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$Q$(CC) $(COMPILE) $(quiet) -ffile-prefix-map=$(CURDIR)=. -Isrc -Itests -I$B -MMD -MP -c -o $@ $<
$(unit): $B/tests/%: $B/tests/unit/%.o $B/tests/unit/wrap_exit.o $(help) $(library)
	$(call say,LINK,$@)
	$Q$(CC) $(COMPILE) -Wl,--wrap=exit,--wrap=_exit -o $@ $^ $(LINK) $(LIBS) -lcriterion -lcurl
$(fuzz): $B/tests/%: $B/tests/fuzz/%.o $(replay) $(library)
	$(call say,LINK,$@)
	$Q$(CC) $(COMPILE) $(if $(replay),,-fsanitize=fuzzer) -o $@ $^ $(LINK) $(LIBS)
ifneq ($(filter unit-tests fuzz-targets,$(goals)),)
-include $(wildcard $B/tests/*/*.d)
endif
check:  ; $Qtests/run quick
test:   ; $Qtests/run all
golden: all ; $QGOLDEN=1 tests/cli/run
memcheck: ; $Qtests/unit/run valgrind
fuzz:   ; $Qtests/fuzz/run
# Benchmarks, and drivers that peers are compared through: one executable a file.
bench := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/bench/bench_*.c))
interop := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/interop/*.c))
$(bench) $(interop): %: %.o $(library)
	$(call say,LINK,$@)
	$Q$(CC) $(COMPILE) -o $@ $^ $(LINK) $(LIBS)
interop-drivers: $(interop)
bench: all $(bench) ; $Qtests/bench/run
reference: all ; $Qsh scripts/reference.sh >docs/reference.md

# The sample data.
$B/generate: $(wildcard data/*.[ch] data/*.def) $B/flags.mk
	$Q$(CC) $(COMPILE) -o $@ $(filter %.c,$^) $(LINK)
sample: $B/generate ; $Q$B/generate data

# The remote.
push pull status: %: $(BIN)/% ; $Q$(BIN)/$@$(REMOTE:%= --remote %)$(silent)

install: all
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/libexec/nightmill' '$(DESTDIR)$(PREFIX)/share/nightmill'
	install -m 755 $(stages:%=$(BIN)/%) '$(DESTDIR)$(PREFIX)/libexec/nightmill'
	install -m 644 pipeline/stages.tbl LICENSE '$(DESTDIR)$(PREFIX)/share/nightmill'
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' scripts/nightmill.in >'$(DESTDIR)$(PREFIX)/bin/nightmill'
	chmod 755 '$(DESTDIR)$(PREFIX)/bin/nightmill'
clean:
	rm -rf bin build
help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile
	@echo 'Stages:'; awk -F'|' '/^[a-z]/ { print "  " $$1 "writes" $$3 }' pipeline/stages.tbl
	@echo 'Pipelines:' $(yaml:pipeline/%.yaml=%)
graph:
	@sh scripts/graph.sh pipeline/stages.tbl $(yaml)

.PHONY: all push pull status check test golden memcheck fuzz bench reference sample install clean help graph unit-tests fuzz-targets interop-drivers FORCE
