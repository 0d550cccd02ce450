/* Sessions: a search with its journal, its shards and its stop. */
#include "search/session.h"

#include "base/stop.h"

const char *session_journal(struct shard shard, struct arena *mem)
{
    return shard.n == 0 ? ".search.journal"
                        : arena_format(mem, ".%s.journal", shard_file(shard, mem));
}

static void begin_pieces(void *sink)
{
    journal_begin(&((struct session *)sink)->journal);
}

/* Behind every piece.  Only the thread that called may draw. */
static void note_piece(void *sink, size_t piece, size_t worker)
{
    struct session *s = sink;
    (void)piece;
    s->scored++;
    journal_add(&s->journal);
    if (worker == 0)
        watch_progress(s->rule->watch, "search", s->scored, s->wanted);
}

static enum status score(struct session *s, struct arena *mem, struct error *err)
{
    const struct session_rule *rule = s->rule;
    size_t from, to;
    if (rule->merge)
        return shard_merge(s->plan, rule->merge, err);
    shard_range(rule->shard, s->plan, &from, &to);
    journal_open(&s->journal, rule->journal, s->plan, rule->watch, mem);
    s->wanted = to - from;
    for (size_t piece = from; piece < to; piece++)
        s->scored += search_has(s->plan, piece);
    stop_begin();
    return stop_end(search_score(s->plan, from, to, err), err);
}

enum status session_search(struct session *s, const struct session_rule *rule,
                           const struct recipes *recipes, const struct matrix *x,
                           const struct target *y, const struct fit_context *context,
                           struct error *err)
{
    struct search_options options = {.folds = rule->folds,
                                     .score = rule->score,
                                     .halving = rule->halving,
                                     .done = note_piece,
                                     .sink = s,
                                     .begin = begin_pieces};
    *s = (struct session){.rule = rule};
    TRY(search_begin(recipes, &options, x, y, context, &s->plan, err));
    TRY(score(s, context->mem, err));
    return rule->shard.n > 0 ? STATUS_OK : search_end(s->plan, &s->result, err);
}

enum status session_write(struct session *s, struct output *out, size_t *ret_scores,
                          struct error *err)
{
    *ret_scores = s->wanted * search_piece_scores(s->plan);
    return shard_write(s->rule->shard, s->plan, out, err);
}

void session_close(struct session *s, struct publish *publish, const char *journal)
{
    if (publish && !journal_taken(&s->journal))
        publish_sweep(publish, journal);
    journal_close(&s->journal);
}
