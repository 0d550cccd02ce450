# Compiles and links: the library, the executables, tests, benchmarks.  A part of the Makefile, which reads it unless the
# code stands as it stood when all of it was built.

ifneq ($(file <$B/stages.tbl),$(file <pipeline/stages.tbl))
$B/stages.h $B/stages.tbl: FORCE
endif
$B/stages.h $B/stages.tbl &: scripts/header.awk
	@mkdir -p $B && awk -f scripts/header.awk pipeline/stages.tbl >$B/stages.h.$$$$ && mv $B/stages.h.$$$$ $B/stages.h
	@cp pipeline/stages.tbl $B/stages.tbl.$$$$ && mv $B/stages.tbl.$$$$ $B/stages.tbl

sources := $(wildcard src/*/*.c)
stages  := $(filter-out plan,$(patsubst stages/%.c,%,$(wildcard stages/*.c)))
library := $B/libnightmill.a
objects := $(sources:%.c=$B/%.o)
mains   := $(patsubst %.c,$B/%.o,$(wildcard stages/*.c))
executables := $(stages:%=$(BIN)/%)
LIBS    := -lcsv -ljansson -lyaml -lgsl -lgslcblas -lcrypto -lexpat -lm -lpthread -ldl
$(BIN)/predict: LIBS += -lsqlite3
LINKED   = $Q$(CC) $(COMPILE) $1 $^ $(LINK) $(LIBS) $2 -o $(whole)
COMPILED = $Q$(CC) $(COMPILE) $1 -ffile-prefix-map="$$PWD"=. -Isrc -I$B -MMD -MF $(@:.o=.d) -MT $@ -c $< -o $(whole)

all: $(library)
$B/built: $(executables)
ifeq ($(asked)$(said),)
	$(foreach s,$(filter seen-%,$(told)),@$(PLAN) --into $B --code '$(code)' --built $s)
endif
ifneq ($(file <$B/sources),$(sources))
$B/sources: FORCE
endif
$B/sources: export TEXT = $(sources)
$B/sources: ; $(put)
$(objects) $(mains): $B/%.o: %.c $B/flags.mk | $B/version.h $B/stages.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(call COMPILED)
$(library): $(objects) $B/sources
	$(call say,AR,$@)
	$Qrm -f $@.$$$$ && ar rcsD $@.$$$$ $(objects) && mv $@.$$$$ $@
# A stage waits for the code that decides its result; nothing else of the library is in it: the map says what the linker
# took, and tests/layers.sh reads it.
$(filter-out $(flow:%=$(BIN)/%),$(executables)): $(objects)
$(foreach s,$(flow),$(eval $(BIN)/$s: $(filter $(patsubst %,$B/src/%/%,$(code_$s)),$(objects))))
$(executables): $(BIN)/%: $B/stages/%.o | $(library)
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$Q$(CC) $(COMPILE) $< $(library) $(LINK) $(LIBS) -Wl,-Map=$B/stages/$*.map -o $(whole)
$(PLAN): $(filter %/plan.o,$(mains)) $(filter $B/src/plan/% $B/src/stage/% $B/src/config/% $B/src/file/% $B/src/base/% %/dvc_lock.o,$(objects))
	$(call say,LINK,$@)
	$(call LINKED)
-include $(wildcard $(objects:.o=.d) $(mains:.o=.d))
# A header that is gone: what named it is compiled again.  (A third of the time of gcc's own rules for it, -MP.)
%.h: ;
%.def: ;

# Tests: one executable a file; tests/run and its parts start them.
unit  := $(patsubst tests/unit/%.c,$B/tests/%,$(wildcard tests/unit/test_*.c))
fuzz  := $(patsubst tests/fuzz/%.c,$B/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
help  := $(patsubst %.c,$B/%.o,$(wildcard tests/help/*.c))
replay := $(if $(filter fuzz,$(MODE)),,$B/tests/fuzz/replay.o)
quiet := -Wno-conversion -Wno-sign-conversion -Wno-write-strings -Wno-pedantic
# What runs once is not worth the compiler's effort.
$B/tests/unit/%.o $B/tests/help/%.o: plain := -O0 -g1 -U_FORTIFY_SOURCE
unit-tests: $(unit)
fuzz-targets: $(fuzz)
$B/tests/%.o: tests/%.c $B/flags.mk | $B/version.h $B/stages.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(call COMPILED,$(quiet) -Itests $(plain))
wrapped := -Wl,--wrap=exit,--wrap=_exit,--export-dynamic-symbol=mbedtls_x509_crt_parse_file
$(unit): $B/tests/%: $B/tests/unit/%.o $B/tests/unit/wrap_exit.o $(help) $(library)
	$(call say,LINK,$@)
	$(call LINKED,$(wrapped),$(QUICK_LINK) -lsqlite3 -lcriterion -lcurl)
$(fuzz): $B/tests/%: $B/tests/fuzz/%.o $(replay) $(library)
	$(call say,LINK,$@)
	$(call LINKED,$(if $(replay),,-fsanitize=fuzzer))
ifneq ($(filter unit-tests fuzz-targets interop-drivers bench $B/tests/%,$(goals)),)
-include $(wildcard $B/tests/*/*.d)
endif

# Benchmarks, and drivers that peers are compared through: one executable a file.
bench := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/bench/bench_*.c))
interop := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/interop/*.c))
$(bench) $(interop): %: %.o $(library)
	$(call say,LINK,$@)
	$(call LINKED)
interop-drivers: $(interop)
bench: all $(bench) ; $Qtests/bench/run

# The sample data.
$B/generate: $(wildcard data/*.[ch] data/*.def) $B/flags.mk
	$Q$(CC) $(COMPILE) -o $@ $(filter %.c,$^) $(LINK)
sample: $B/generate ; $Q$B/generate data
