/* Of the backtest or of the hold-out. */
#include "rolling/rolling_leaks.h"

#include <string.h>

#include "data/key.h"

static void tell(struct leaks *found, struct leak leak, const struct watch *watch,
                 struct arena *mem)
{
    struct text words = {.mem = mem};
    struct error warning = {0};
    struct leak *all = ARENA_ARRAY(mem, struct leak, found->n + 1);
    if (found->n > 0)
        memcpy(all, found->leak, found->n * sizeof *all);
    all[found->n++] = leak;
    found->leak = all;
    leak_say(&leak, &words);
    error_set(&warning, STATUS_INPUT, "%s", words.p);
    watch_warn(watch, &warning);
}

static enum status prove_hold_out(const struct hold_proof_job *job, struct arena *mem,
                                  struct leak *leak, struct leak_proof *ret,
                                  struct error *err)
{
    struct hold_proof found;
    TRY(hold_prove(job, &found, err));
    leak->rows = found.leaks;
    leak->first = found.leaks > 0 ? arena_string(mem, found.first) : NULL;
    *ret = found.why ? (struct leak_proof){.why = found.why}
                     : (struct leak_proof){"holdout", 1, found.answers, NULL};
    return STATUS_OK;
}

enum status rolling_leaks(const struct rolling_rows *rows,
                          const struct hold_proof_job *hold_out, struct arena *mem,
                          struct leaks *found, struct error *err)
{
    const struct model *m = hold_out->model;
    if (m->n_steps == 0) {
        found->proof.why = "a series model is handed its past alone";
        return STATUS_OK;
    }
    struct leak leak = {.column = m->step[m->n_steps - 1].step->name,
                        .kind = leak_kind_name[LEAK_RECIPE],
                        .rows = rows->leaks};
    if (rows->proofs > 0)
        found->proof = (struct leak_proof){"backtest", rows->proofs, rows->proved, NULL};
    else
        TRY(prove_hold_out(hold_out, mem, &leak, &found->proof, err));
    if (rows->leaks > 0)
        leak.first = key_label(rows->pipeline, rows->key[rows->leak], mem);
    if (leak.rows > 0)
        tell(found, leak, hold_out->watch, mem);
    return STATUS_OK;
}
