/* Any bytes as one of the artifacts between the stages: refused with the file and a
 * reason, or read; then what is written of it reads again, and is written to the same
 * bytes.
 *
 * The first byte of an input chooses the artifact.  Documents come without their last
 * member, the checksum, so that mutations reach what lies behind it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // memfd_create
#endif

#include "fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "artifacts/backtest_json.h"
#include "artifacts/classification_json.h"
#include "artifacts/features_json.h"
#include "artifacts/importances_json.h"
#include "artifacts/ingest_json.h"
#include "artifacts/metrics_json.h"
#include "artifacts/predictions_csv.h"
#include "artifacts/predictions_json.h"
#include "artifacts/profile_json.h"
#include "artifacts/quality_json.h"
#include "artifacts/residuals_json.h"
#include "artifacts/search_csv.h"
#include "artifacts/verdict_json.h"
#include "file/checksum.h"
#include "help/predictions.h"

#define SUM "  \"checksum\": [\"xxh64\", \"%s\"]\n}\n"

/* A file without a name, and the path that leads to it. */
struct scratch {
    int fd;
    char path[32];
    char buffer[65536];
};

static struct scratch input_file, first, second;

static void begin(struct scratch *s, const void *p, size_t n)
{
    if (!s->path[0]) {
        s->fd = memfd_create("artifact", MFD_CLOEXEC);
        require(s->fd >= 0);
        snprintf(s->path, sizeof s->path, "/proc/self/fd/%d", s->fd);
    }
    require(ftruncate(s->fd, 0) == 0 && pwrite(s->fd, p, n, 0) == (ssize_t)n &&
            lseek(s->fd, 0, SEEK_SET) == 0);
}

static struct output output_to(struct scratch *s)
{
    begin(s, "", 0);
    return (struct output){.path = s->path, .fd = s->fd, .buffer = s->buffer};
}

/* Puts what the output has not written yet behind the rest; returns all of it. */
static struct view end(struct scratch *s, const struct output *out, struct arena *mem)
{
    require(pwrite(s->fd, out->buffer, out->used, (off_t)(out->offset - out->used)) ==
            (ssize_t)out->used);
    char *p = arena_alloc(mem, out->offset + 1);
    require(pread(s->fd, p, out->offset, 0) == (ssize_t)out->offset);
    return (struct view){p, out->offset};
}

/* Table of predictions: by any key, with a group or without. */
static const struct predictions_csv_column answers[] = {
    {"actual", false}, {"prediction", false}, {"class", true}};
static const struct predictions_csv with_groups = {.group = "g",
                                                   .p = 3,
                                                   .column = answers},
                                    without = {.p = 2, .column = answers};

union artifact {
    struct features_json features;
    struct ingest_json ingest;
    struct metrics_json metrics;
    struct predictions_json predictions;
    struct profile_json profile;
    struct quality_json quality;
    struct residuals_json residuals;
    struct backtest_json backtest;
    struct classification_json classification;
    struct importances_json importances;
    struct verdict_json verdict;
    struct search_csv search;
    struct predictions_csv rows;
};

enum {
    FEATURES,
    INGEST,
    METRICS,
    PREDICTIONS,
    QUALITY,
    RESIDUALS,
    BACKTEST,
    CLASSIFICATION,
    VERDICT,
    TABLES,
    KINDS = 12,     // so that the digits name the documents
    PROFILE = KINDS, // by the letter p
    IMPORTANCES      // by i
};

static enum status read_one(size_t kind, const char *path, struct arena *mem,
                            union artifact *ret, struct error *err)
{
    switch (kind) {
    case FEATURES: return features_json_read(path, mem, &ret->features, err);
    case IMPORTANCES: return importances_json_read(path, mem, &ret->importances, err);
    case INGEST: return ingest_json_read(path, mem, &ret->ingest, err);
    case METRICS: return metrics_json_read(path, mem, &ret->metrics, err);
    case PREDICTIONS: return predictions_json_read(path, mem, &ret->predictions, err);
    case PROFILE: return profile_json_read(path, mem, &ret->profile, err);
    case QUALITY: return quality_json_read(path, mem, &ret->quality, err);
    case RESIDUALS: return residuals_json_read(path, mem, &ret->residuals, err);
    case BACKTEST: return backtest_json_read(path, mem, &ret->backtest, err);
    case CLASSIFICATION:
        return classification_json_read(path, mem, &ret->classification, err);
    case VERDICT: return verdict_json_read(path, mem, &ret->verdict, err);
    case TABLES: return search_csv_read(path, mem, &ret->search, err);
    default:
        return predictions_csv_read(path, kind == KINDS - 1 ? &with_groups : &without,
                                    mem, &ret->rows, err);
    }
}

static struct view write_one(size_t kind, const union artifact *a, struct scratch *to,
                             struct arena *mem)
{
    struct error err;
    enum status status;
    if (kind == PROFILE) {
        struct view text = profile_json_text(&a->profile, mem);
        begin(to, text.p, text.n);
        return text;
    }
    struct output out = output_to(to);
    switch (kind) {
    case FEATURES: status = features_json_write(&a->features, &out, &err); break;
    case IMPORTANCES:
        status = importances_json_write(&a->importances, &out, &err);
        break;
    case INGEST: status = ingest_json_write(&a->ingest, &out, &err); break;
    case METRICS: status = metrics_json_write(&a->metrics, &out, &err); break;
    case PREDICTIONS: status = predictions_json_write(&a->predictions, &out, &err); break;
    case QUALITY: status = quality_json_write(&a->quality, &out, &err); break;
    case RESIDUALS: status = residuals_json_write(&a->residuals, &out, &err); break;
    case BACKTEST: status = backtest_json_write(&a->backtest, &out, &err); break;
    case CLASSIFICATION:
        status = classification_json_write(&a->classification, &out, &err);
        break;
    case VERDICT: status = verdict_json_write(&a->verdict, &out, &err); break;
    case TABLES: status = search_csv_write(&a->search, &out, &err); break;
    default: status = predictions_put(&a->rows, &out, &err); break;
    }
    require(status == STATUS_OK);
    return end(to, &out, mem);
}

/* Adds the checksum to what looks like an object. */
static struct view sealed(struct view v, struct arena *mem)
{
    struct text t = {.mem = mem};
    struct checksum sum;
    char digits[CHECKSUM_TEXT];
    while (v.n > 0 && v.p[v.n - 1] != '}')
        v.n--;
    if (v.n < 2)
        return v;
    text_add(&t, v.p, v.n - 1);
    text_puts(&t, ",\n");
    checksum_begin(&sum);
    checksum_add(&sum, t.p, t.n);
    checksum_text(&sum, digits);
    text_addf(&t, SUM, digits);
    return (struct view){t.p, t.n};
}

static void try_input(struct view input, struct arena *mem)
{
    union artifact a, again;
    struct error err = {0};
    if (input.n == 0)
        return;
    size_t kind = input.p[0] == 'p'   ? PROFILE
                  : input.p[0] == 'i' ? IMPORTANCES
                                      : (unsigned char)input.p[0] % KINDS;
    struct view file = {input.p + 1, input.n - 1};
    if (kind < TABLES || kind >= KINDS)
        file = sealed(file, mem);
    begin(&input_file, file.p, file.n);
    enum status status = read_one(kind, input_file.path, mem, &a, &err);
    if (status != STATUS_OK) {
        require(status == STATUS_INPUT && err.status == status && err.message[0]);
        require(strcmp(err.loc.path, input_file.path) == 0);
        return;
    }
    struct view once = write_one(kind, &a, &first, mem);
    require(read_one(kind, first.path, mem, &again, &err) == STATUS_OK);
    struct view twice = write_one(kind, &again, &second, mem);
    require(view_eq(once, twice));
}
