/* Round trips of JSON artifacts: written, read, written again, damaged.  Static, as repo.h
 * says. */
#ifndef TESTS_ARTIFACT_H
#define TESTS_ARTIFACT_H

#include <criterion/criterion.h>

#include <string.h>

#include "file/artifact.h"
#include "file/file.h"
#include "help/help.h"
#include "help/sealed.h"

typedef enum status artifact_writer(const void *from, struct output *out,
                                    struct error *err);
typedef enum status artifact_reader(const char *path, struct arena *mem, void *ret,
                                    struct error *err);

static struct arena mem;
static struct error err;

static inline void artifact_end(void)
{
    arena_release(&mem);
}

/* A text that breaks whatever quotes by hand. */
#define HOSTILE "a\"b\\c\n\t\x01</script>\xC3\xA9\xF0\x9F\x90\x84'{}[],:"

/* Writes a struct to a file of a new folder; returns its path. */
static inline const char *artifact_put(artifact_writer *put, const void *from)
{
    struct publish publish = {0};
    struct output *out;
    const char *path = help_path(help_folder(), "artifact.json");
    cr_assert_eq(publish_open(&publish, path, &out, &err), STATUS_OK);
    cr_assert_eq(put(from, out, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(publish_commit(&publish, &err), STATUS_OK);
    publish_release(&publish);
    return path;
}

/* What was written reads into `back`, and that writes to the same bytes. */
static inline void artifact_round(artifact_writer *put, artifact_reader *get,
                                  const void *from, void *back)
{
    const char *first = artifact_put(put, from);
    cr_assert_eq(get(first, &mem, back, &err), STATUS_OK, "%s: %s", err.loc.field,
                 err.message);
    const char *again = artifact_put(put, back);
    cr_assert_str_eq(help_read(again, NULL), help_read(first, NULL));
}

/* The file without its last member, the checksum, with a text in place of another. */
static inline const char *artifact_break(const char *path, const char *old,
                                         const char *instead)
{
    const char *text = help_read(path, NULL), *at = strstr(text, old),
               *seal = strstr(text, ",\n  \"checksum\"");
    struct text whole = {.mem = &mem};
    const char *broken = help_path(help_folder(), "broken.json");
    cr_assert(at && seal && at < seal, "no '%s' in %s", old, text);
    text_add(&whole, text, (size_t)(at - text));
    text_puts(&whole, instead);
    text_add(&whole, at + strlen(old), (size_t)(seal - at) - strlen(old));
    text_puts(&whole, "\n}\n");
    help_write_sealed(broken, whole.p, whole.n, "");
    return broken;
}

/* The bytes of a CSV file with a text in place of another. */
static inline const char *artifact_replace(const char *path, const char *old,
                                           const char *instead)
{
    const char *text = help_read(path, NULL), *at = strstr(text, old);
    struct text whole = {.mem = &mem};
    const char *broken = help_path(help_folder(), "broken.csv");
    cr_assert(at, "no '%s' in %s", old, text);
    text_add(&whole, text, (size_t)(at - text));
    text_puts(&whole, instead);
    text_puts(&whole, at + strlen(old));
    help_write_text(broken, whole.p);
    return broken;
}

/* One damage, the words that name it and its place. */
struct artifact_damage {
    const char *old, *instead, *words, *field;
};

static inline void artifact_refuses(artifact_reader *get, const char *path,
                                    const struct artifact_damage *d, void *ret)
{
    const char *broken = artifact_break(path, d->old, d->instead);
    cr_assert_eq(get(broken, &mem, ret, &err), STATUS_INPUT, "%s", d->instead);
    cr_assert_not_null(strstr(err.message, d->words), "'%s' for %s", err.message,
                       d->instead);
    cr_assert_str_eq(err.loc.field, d->field, "'%s' for %s: %s", err.loc.field,
                     d->instead, err.message);
    cr_assert_str_eq(err.loc.path, broken);
}

#endif
