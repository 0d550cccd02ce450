/* Shards: ranges of pieces, and their files put together. */
#include "search/shard.h"

#include <string.h>

#include "file/file.h"
#include "search/search_file.h"

enum { MAX_BYTES = 1 << 30 };

enum status shard_parse(const char *text, struct shard *ret, struct error *err)
{
    size_t slash = strcspn(text, "/");
    struct shard s;
    if (text[slash] == '/' && text_size((struct view){text, slash}, &s.i) &&
        text_size(view_of(text + slash + 1), &s.n) && s.i < s.n && s.n <= SHARDS_MAX) {
        *ret = s;
        return STATUS_OK;
    }
    error_set(err, STATUS_USAGE, "expected a shard as 0/3, the first of three, found %s",
              QUOTE(text));
    error_field(err, "shard");
    return STATUS_USAGE;
}

const char *shard_file(struct shard s, struct arena *mem)
{
    return arena_format(mem, "search.%zu-of-%zu.pieces", s.i, s.n);
}

void shard_range(struct shard s, const struct search_plan *plan, size_t *ret_from,
                 size_t *ret_to)
{
    size_t pieces = search_pieces(plan);
    *ret_from = s.n > 0 ? pieces * s.i / s.n : 0;
    *ret_to = s.n > 0 ? pieces * (s.i + 1) / s.n : pieces;
}

enum status shard_write(struct shard s, struct search_plan *plan, struct output *out,
                        struct error *err)
{
    char digest[CHECKSUM_TEXT];
    struct arena scratch = {0};
    struct search_file file;
    size_t from, to;
    search_digest(plan, false, digest);
    search_file_begin(&file, plan, digest, s.i, s.n, &scratch);
    shard_range(s, plan, &from, &to);
    enum status status = output_write(out, file.head, file.head_n, err);
    for (size_t piece = from; status == STATUS_OK && piece < to; piece++)
        status = output_write(out, search_file_record(&file, piece), file.record_n, err);
    arena_release(&scratch);
    return status;
}

/* Shards that are put together. */
struct merging {
    struct search_plan *plan;
    struct arena *mem;
    char digest[CHECKSUM_TEXT];
    size_t n;          // shards; 0: no file was read yet
    const char **path; // [n] NULL: not there
};

static enum status damaged(const char *path, const char *what, struct error *err)
{
    error_refuse(err, path, NULL, "%s", what);
    error_hint(err, "score this shard again");
    return STATUS_INPUT;
}

/* Fails unless the file is a shard of this search that is not there yet. */
static enum status check_head(struct merging *m, const struct search_file_head *head,
                              const char *path, struct error *err)
{
    if (strcmp(head->digest, m->digest) != 0 || head->pieces != search_pieces(m->plan) ||
        head->scores != search_piece_scores(m->plan))
        return damaged(path,
                       "this is a shard of another search: its rows, recipe, folds, "
                       "score, seed or version differ",
                       err);
    if (head->shards == 0 || head->shards > SHARDS_MAX || head->shard >= head->shards)
        return damaged(path, "the head is damaged", err);
    if (m->n == 0) {
        m->n = head->shards;
        m->path = ARENA_ARRAY(m->mem, const char *, m->n);
    }
    if (head->shards == m->n && !m->path[head->shard])
        return STATUS_OK;
    if (head->shards != m->n)
        error_refuse(err, path, NULL, "this is one of %zu shards, others are of %zu",
                     head->shards, m->n);
    else
        error_refuse(err, path, NULL, "shard %zu/%zu stands in %s already", head->shard,
                     m->n, QUOTE_PATH(file_name(m->path[head->shard])));
    error_hint(err, "leave one file of each shard in the folder");
    return STATUS_INPUT;
}

/* The records are those of its range, in order, and nothing else. */
static enum status take_records(struct merging *m, struct shard s, struct view records,
                                const char *path, struct error *err)
{
    struct search_file file;
    size_t from, to, piece;
    shard_range(s, m->plan, &from, &to);
    search_file_begin(&file, m->plan, m->digest, s.i, s.n, m->mem);
    if (records.n != (to - from) * file.record_n)
        return damaged(path, "the file was cut, or something was added to it", err);
    const unsigned char *at = (const unsigned char *)records.p;
    for (size_t i = from; i < to; i++, at += file.record_n) {
        if (!search_file_piece(&file, at, &piece) || piece != i)
            return damaged(path, "a record is damaged", err);
        search_put(m->plan, piece, file.score);
    }
    return STATUS_OK;
}

static enum status take_shard(struct merging *m, const char *path, struct error *err)
{
    struct view file;
    struct search_file_head head;
    size_t n;
    TRY(file_read(path, MAX_BYTES, m->mem, &file, err));
    if (!search_file_head(file, &head, &n))
        return damaged(path, "this is no shard of a search, or its head is damaged", err);
    TRY(check_head(m, &head, path, err));
    m->path[head.shard] = path;
    return take_records(m, (struct shard){head.shard, head.shards},
                        (struct view){file.p + n, file.n - n}, path, err);
}

static enum status check_complete(const struct merging *m, const char *folder,
                                  struct error *err)
{
    size_t missing = 0, first = m->n;
    for (size_t i = m->n; i-- > 0;) {
        missing += !m->path[i];
        first = m->path[i] ? first : i;
    }
    if (missing == 0)
        return STATUS_OK;
    error_refuse(err, folder, NULL, "%zu of %zu shards %s missing, shard %zu/%zu first",
                 missing, m->n, missing == 1 ? "is" : "are", first, m->n);
    error_hint(err, "'--shard %zu/%zu' scores it", first, m->n);
    return STATUS_INPUT;
}

static enum status merge(struct merging *m, const char *folder, struct error *err)
{
    char **path;
    size_t n;
    search_digest(m->plan, false, m->digest);
    enum status status =
        file_glob(file_join(m->mem, folder, "*.pieces"), m->mem, &path, &n, err);
    if (status == STATUS_INPUT)
        error_at(err, folder, 0, 0);
    TRY(status);
    for (size_t i = 0; i < n; i++)
        TRY(take_shard(m, path[i], err));
    return check_complete(m, folder, err);
}

enum status shard_merge(struct search_plan *plan, const char *folder, struct error *err)
{
    struct arena scratch = {0};
    struct merging m = {.plan = plan, .mem = &scratch};
    enum status status = merge(&m, folder, err);
    arena_release(&scratch);
    return status;
}
