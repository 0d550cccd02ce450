# Nightmill: builds the stages and chains them.
#
#   make                 every executable, in bin/
#   make train           the whole pipeline, up to date, and the path of its report
#   make run             the same, and fails with the gate's words where it refused the candidate
#   make STAGE           the pipeline up to that stage; for `clean` name its file: make artifacts/milk/clean.arrow
#   make dvc.yaml        its generated stages, kept fresh anyway; FORCE=1 also those that were edited by hand
#   make push, pull      artifacts to and from the remote of .dvc/config, or REMOTE=NAME (docs/remote.md)
#   make status          what is not up to date, here and in the remote
#   make check           what must pass, without network or Python: some three minutes of one core from scratch
#   make test            everything that must pass, with its tools (`./setup test` installs them)
#   make golden          rewrites the expected output of the golden cases; read the diff
#   make fuzz            forty seconds of fuzzing, or FUZZ_SECONDS a target
#   make memcheck        the unit tests under valgrind, in minutes
#   make bench           speed, beside the peers that ./setup bench installs
#   make reference       rewrites docs/reference.md from what the stages say of themselves
#   make sample          regenerates the sample data under data/
#   make install         DESTDIR and PREFIX as everywhere
#   make clean, help, graph
#
# PIPELINE="milk rain" or all; DATA=DIR takes the CSV files from there; OUT=DIR puts artifacts/ and reports/ there;
# SET="train.folds=5 seed=7" overrides values of the pipeline's file, into OUT or else build/try; MODE=release|asan|cov|
# clang|fuzz|tsan builds into build/MODE; V=1 shows commands.  DATA, OUT, SET and REMOTE count on the command line only.
# The rules of the pipelines come from pipeline/stages.tbl and pipeline/*.yaml by way of stages/plan.c; those that compile and
# link stand in scripts/build.mk.

VERSION  := 0.1.0
PIPELINE ?= milk
PREFIX   ?= /usr/local
MODE     ?= release
MAKEFLAGS += -rR
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
B         = build/$(MODE)
PLAN      = $B/plan

# What may stand on the command line.  Values are taken as they are written, never read as make's language, and reach
# recipes by the environment; a name that becomes part of a target holds nothing that make or a shell takes for more.
paths     := DATA DESTDIR OUT PREFIX REMOTE SET
variables := $(paths) CC CFLAGS CPPFLAGS FORCE FUZZ_SECONDS JOBS LDFLAGS MODE PIPELINE V
given     := $(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $v)),$v))
marks     := $$ \# : % ' " ` \ ; & | < > ( ) { } [ ] * ? ! = ^ ~
comma     := ,
define newline


endef
quoted     = '$(subst ','\'',$1)'
unclean    = $(if $(filter-out 1,$(words x$1x)),blank,$(firstword $(foreach c,$(marks),$(findstring $c,$1))))
refuse     = $(if $2,$(error $1 cannot hold $(if $(filter blank,$2),a blank,the character $2): '$($1)'))
at_home    = $(if $(findstring $(newline)~/,$(newline)$1),$(subst $(newline)~/,$(HOME)/,$(newline)$1),$1)
nearest    = $(and $(wildcard $(PLAN)),$(shell $(PLAN) --nearest=$(call quoted,$1) --targets '$2'))
$(foreach v,$(filter-out $(given),DATA OUT REMOTE SET),$(eval override $v :=))
$(foreach v,$(paths) $(filter JOBS,$(given)) MODE PIPELINE,$(eval override $v := $$(value $v)))
$(foreach v,$(paths),$(if $(findstring $(newline),$($v)),$(error $v cannot hold a line break)))
$(if $(filter-out release asan cov clang fuzz tsan,$(MODE))$(word 2,$(MODE)),$(error MODE is release, asan, cov, clang, fuzz or tsan, not '$(MODE)'))
strange   := $(if $(filter 0,$(MAKELEVEL)),$(firstword $(filter-out $(variables),$(given))))
$(if $(strange),$(error no variable is called '$(strange)'; $(or $(patsubst %,did you mean %?,$(call nearest,$(strange),$(variables))),there are $(variables))))
override DATA := $(call at_home,$(DATA))
override OUT  := $(call at_home,$(or $(OUT),$(if $(SET),build/try)))
$(call refuse,OUT,$(call unclean,$(OUT)))
override OUT  := $(OUT:-%=./-%)
export $(paths)

ifneq ($(filter default undefined,$(origin CC)),)
CC := $(if $(filter clang fuzz,$(MODE)),clang-14,gcc)
endif
Q     := $(if $(V),,@)
say    = $(if $V$(silent),,@printf '  %-6s  %s\n' $1 $2)
BIN   := $(if $(filter release,$(MODE)),bin,$B/bin)
goals := $(or $(MAKECMDGOALS),all)
ARTIFACTS := $(OUT:%=%/)artifacts
REPORTS   := $(OUT:%=%/)reports

# `make -n` says and `make -q` asks: neither touches what lies outside build/.
flags  := $(firstword -$(MAKEFLAGS))
asked  := $(findstring q,$(flags))
silent := $(if $(findstring s,$(flags)), --quiet)
said   := $(if $(findstring n,$(flags)), --dry-run)
dry    := $(if $(asked)$(said), --dry-run)
force  := $(if $(FORCE),$(if $(filter dvc.yaml,$(goals)), --force))

# What make writes for itself is written beside its place and renamed, so that it is whole whenever it is there.
# (Coverage is named after the file that the compiler wrote.)
whole  = $@$(if $(filter-out cov,$(MODE)),.$$$$ && mv $@.$$$$ $@)
put    = @mkdir -p $(@D) && printf '%s\n' "$$TEXT" >$(whole)

# What was found out once about the compiler, and the table's words for it.
settings := $(MODE) $(VERSION) $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
ifneq ($(file <$B/settings),$(settings))
$B/settings: FORCE
endif
$B/settings: export TEXT = $(settings)
$B/settings: ; $(put)
$B/flags.mk $B/version.h &: export PROBE_CC = $(CC)
$B/flags.mk $B/version.h &: export PROBE_CPPFLAGS = $(CPPFLAGS)
$B/flags.mk $B/version.h &: export PROBE_CFLAGS = $(CFLAGS)
$B/flags.mk $B/version.h &: export PROBE_LDFLAGS = $(LDFLAGS)
$B/flags.mk $B/version.h &: $B/settings scripts/probe.sh
	@sh scripts/probe.sh $B $(MODE) $(VERSION)

# The rules of the pipelines, and dvc.yaml.  The tool that writes them is built first; from then on it is asked at each
# start whether they are what it would write now: what the files hold decides, not their times.  Where they are not,
# nothing of them is read (half a rule would end make): `anew` is made in their place, and make starts again.  It also tells
# how the code stands: the executables, and what they are made from.
code    := Makefile scripts src stages pipeline/stages.tbl $(BIN) $(PLAN) $(addprefix $B/,settings flags.mk version.h stages.h)
targets := all run push pull status check test golden memcheck fuzz bench reference sample install help graph \
	unit-tests fuzz-targets interop-drivers
ifneq ($(filter-out clean help graph,$(goals)),)
include $B/flags.mk
ifdef COMPILE
told        := $(if $(wildcard $(PLAN)),$(shell $(PLAN) --into $B --check$(dry)$(force) --code '$(code)' --targets '$(targets)') $(filter-out 0,$(.SHELLSTATUS)))
stale_rules := $(filter-out intact seen-%,$(told))
$B/flow.mk $B/rules.mk &: $(PLAN)
	@$(PLAN) --into $B$(dry)$(silent) --targets '$(targets)'
$B/anew: $(PLAN) FORCE
	@$(PLAN) --into $B$(dry)$(silent)$(force) --targets '$(targets)' && : >$@
include $B/$(if $(stale_rules),anew,flow.mk)
endif
endif

# Which pipelines are meant, by their names or by goals that are files of theirs; and which of them dvc.lock knows: none
# whose artifacts or data stand elsewhere.
files     := $(filter $(ARTIFACTS)/% $(REPORTS)/%,$(goals))
asks      := $(strip $(files) $(filter train run $(flow),$(goals)))
# As many compilers as there are processors; how many stages at once who asks for them says.
MAKEFLAGS += $(if $(asks),$(if $(filter JOBS,$(given)),-j$(JOBS)),$(JOBS:%=-j%))
wanted    := $(if $(filter all,$(PIPELINE)),$(known) $(refused),$(PIPELINE))
wanted    += $(foreach g,$(files:$(ARTIFACTS)/%=%),$(firstword $(subst /, ,$(g:$(REPORTS)/%=%))))
$(if $(strip $(PIPELINE)),,$(error PIPELINE names no pipeline))
pipelines := $(filter $(wanted),$(known))
broken    := $(filter $(refused),$(wanted))
ifeq ($(stale_rules)$(if $(flow),,unknown)$(if $(asks)$(filter PIPELINE,$(given)),,idle),)
$(foreach p,$(filter-out $(known) $(refused),$(wanted)),$(error no pipeline is called '$p'; there are $(known)))
endif
tracked   := $(if $(DATA)$(OUT)$(filter-out release,$(MODE)),,$(if $(wildcard .dvc/.),$(trackable)))
lost      := $(if $(MAKE_RESTARTS)$(wildcard .dvc/config),,$(wildcard dvc.lock .dvc/.))
$(if $(and $(lost),$(filter-out clean help graph,$(goals))),$(warning '.dvc/config' is missing: $(if \
	$(wildcard .dvc/.),no remote is known,artifacts are not tracked any more); `git checkout .dvc` brings it back))

# A goal that is a word is one of these, or a file; what else is misspelt.
words     := $(targets) clean $(flow)
stray     := $(firstword $(foreach g,$(filter-out $(words),$(goals)),$(if $(findstring /,$g)$(findstring .,$g)$(wildcard $g),,$g)))
ifeq ($(stale_rules)$(if $(flow),,unknown),)
$(if $(stray),$(error no target is called '$(stray)'; $(or $(patsubst %,did you mean %?,$(call nearest,$(stray),$(words))),make help lists them)))
endif

# What is given and would change nothing is a mistake.
idle      := $(if $(asks),,DATA OUT PIPELINE SET) $(if $(filter push pull status,$(goals)),,REMOTE) $(if $(filter dvc.yaml,$(goals)),,FORCE)
ifeq ($(stale_rules)$(if $(flow),,unknown)$(MAKELEVEL),0)
$(foreach v,$(filter $(idle),$(given)),$(error $v changes nothing for 'make $(goals)'))
endif

# Where artifacts are tracked, `track --make` does the work, in one process for all pipelines: digests decide, whatever the
# times.  It is asked at the start what differs from dvc.lock; where it could not tell (it may be older than its source) it
# runs and says why.  Elsewhere times decide, by the rules of rules.mk: a stage also waits for its stamp, which changes with
# what the stage looks at.  Stamps are void once a tracked run went over the same artifacts.
ours   := $(filter $(tracked),$(pipelines))
loose  := $(filter-out $(tracked),$(pipelines))
its    := $(filter $(foreach p,$(ours),$(ARTIFACTS)/$p/% $(REPORTS)/$p/%),$(files))
reach  := $(if $(stale_rules),,$(strip $(foreach g,$(filter $(filter-out clean,$(flow)) train run,$(goals)),$(ours:%=$(meant_$g)@%)) $(its)))
due    := $(if $(reach),$(if $(wildcard $(BIN)/track),$(shell $(BIN)/track --make $(call quoted,$(reach)) --stale$(dry)) $(filter-out \
	0,$(.SHELLSTATUS)),all))
tracking := $(if $(strip $(due)),tracked-stages)
jobs    = $(patsubst %, --jobs=%,$(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS:-j=-j64))))
stamps  = $(ARTIFACTS)/$1/.make
void   := $(if $(reach),$(if $(dry),,$(wildcard $(foreach p,$(ours),$(call stamps,$p)))))
$(if $(void),$(shell rm -rf $(void)))
renewed := $(if $(and $(loose),$(asks),$(if $(stale_rules),,yes)),$(shell $(PLAN) --stamp=$(call quoted,$(loose)) \
	--stamps=$(ARTIFACTS)$(dry)$(if $(DATA), --data=$(call quoted,$(DATA)))$(if $(SET), --set=$(call quoted,$(SET))))$(if \
	$(filter-out 0,$(.SHELLSTATUS)),$(error $(if $(word 2,$(loose)),one of the pipelines,pipeline '$(loose)') cannot be run)))
moved  = $(if $(filter $2@$1,$(renewed)),FORCE) $(call stamps,$1)/$2
stage  = $(with_set)$(BIN)/$2 pipeline/$1.yaml$(if $(options_$2), $(strip $(options_$2)))$(if $(DATA),$(if $(filter $2,$(of_data)), --data="$$DATA"))$(call \
	folders,$1,$2)$(if $(SET), "$$@")
folders  = $(if $(OUT), $(foreach o,$(folders_$2),--$o $(if $(filter reports,$o),$(REPORTS),$(ARTIFACTS))/$1))
with_set = $(if $(SET),@set -f; for value in $$SET; do set -- "$$@" --set "$$value"; done; )
verdicts = @status=0; for p in $(pipelines); do $(BIN)/register pipeline/$$p.yaml --check$(if $(OUT), --out $(ARTIFACTS)/$$p)$(if \
	$(silent), --quiet) || status=1; done; exit $$status
result   = @$(if $(broken),echo 'no rules for $(broken): see above' >&2; exit 1,:)

# Executables, and what else is compiled: rules that are read where something may be to build.  As long as the code stands
# as it stood when all of it was built, most goals need none of them.
intact := $(if $(findstring B,$(flags)),,$(filter intact,$(told)))
code_goals := $(filter-out clean help graph $(if $(intact),all dvc.yaml pull push status train run $(flow) $(files) $(BIN)/%),$(goals))
all: $B/built
ifneq ($(code_goals),)
include scripts/build.mk
endif
ifdef flow
include $B/rules.mk
$(foreach p,$(loose),$(flow:%=$(call stamps,$p)/%)) $B/none: ;
$(its): $(tracking) ;
tracked-stages: export REACH = $(reach)
tracked-stages: $B/built
	$(if $(asked)$(if $(wildcard $(BIN)/track),,$(said)),,+)@exec $(BIN)/track --make "$$REACH"$(silent)$(said)$(jobs)$(if $(findstring k,$(flags)), --keep-going)
endif

# Tests: tests/run and its parts start them.
check:  ; $Qtests/run quick
test:   ; $Qtests/run all
golden: all ; $QGOLDEN=1 tests/cli/run
memcheck: ; $Qtests/unit/run valgrind
fuzz:   ; $Qtests/fuzz/run
reference: all ; $Qsh scripts/reference.sh >docs/reference.md

# The remote.
push pull status: %: $(BIN)/% ; $Q$(BIN)/$@$(if $(REMOTE), --remote "$$REMOTE")$(silent)
dvc.yaml: $(PLAN) ; @$(PLAN) --into $B$(dry)$(silent)$(force) --targets '$(targets)'

install: all
	to="$$DESTDIR$$PREFIX" && install -d "$$to/bin" "$$to/libexec/nightmill" "$$to/share/nightmill" && \
	install -m 755 $(executables) "$$to/libexec/nightmill" && \
	install -m 644 pipeline/stages.tbl LICENSE "$$to/share/nightmill" && \
	sh scripts/install.sh $(VERSION) <scripts/nightmill.in >"$$to/bin/nightmill" && chmod 755 "$$to/bin/nightmill"
clean:
	$(if $(filter DATA OUT PIPELINE SET,$(given)),$(error 'make clean' deletes bin/ and build/; for the stage ask for its file: make artifacts/NAME/clean.arrow))
	$(if $(filter-out clean,$(goals)),$(error 'make clean' goes alone, for goals run side by side: make clean && make $(filter-out clean,$(goals))))
	rm -rf bin build
help:
	@sed -n '3,/^$$/s/^# \{0,1\}//p' Makefile
	@sh scripts/graph.sh help
graph:
	@sh scripts/graph.sh

.PHONY: $(targets) clean dvc.yaml tracked-stages $B/built FORCE
