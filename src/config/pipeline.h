/* A pipeline's file: the keys that every stage knows, and the sections of one stage. */
#ifndef CONFIG_PIPELINE_H
#define CONFIG_PIPELINE_H

#include "base/timestep.h"
#include "config/config.h"

/* What is predicted. */
enum task {
#define TASK(id, word) TASK_##id,
#include "config/tasks.def"
#undef TASK
    TASKS
};

extern const char *const task_name[TASKS]; // as the pipeline's file has it

/* The task of that name; TASKS when there is none. */
enum task task_find(const char *name);

enum { PIPELINE_OUTSIDE = 16 }; // outside columns at most

/* A top-level key of the pipeline's file that a stage reads into part of its config.
 * Where the key holds a list instead of a map (`features: [ ... ]`), the list goes to the
 * row of kind OPTION_NODE or OPTION_ITEMS that has the section's own name. */
struct section {
    const char *key; // "clean"; "train"
    const struct option_row *rows;
    size_t n_rows;
    size_t offset; // of the section's struct in the stage's config
};

/* Keys that every stage knows. */
struct time_config {
    const char *column; // of the tables; NULL: rows have no time
    enum timestep_place step;
    size_t season; // steps; 0: what is usual for the step
};

struct pipeline {
    const char *name; // the file's name without extension
    const char *path;
    const char *title;
    struct texts limits; // sentences of what limits the figures, told in the report
    enum task task;
    struct texts targets; // the columns that are predicted, as listed; several: labels
    const char *target;   // the first of them; NULL where there is none
    const char *group; // the column that says which series a row is of; NULL: one series
    const char *id;    // the column that names each row; NULL: none does
    struct texts outside; // columns that series models may take beside the target
    struct time_config time;
    size_t seed;
    bool track; // dvc.yaml has its stages
    const struct yaml_node *root;
    struct texts set; // the overrides that changed something, as they were given
};

/* The rows of the keys that every stage knows, fields of struct pipeline. */
extern const struct option_row pipeline_rows[];
extern const size_t pipeline_n_rows;
extern const struct pipeline pipeline_defaults;

/* True when the section's key may hold a list: that is the value of this row. */
const struct option_row *pipeline_list_row(const struct section *section);

/* Fails unless the name can be a folder's, a word of a shell's command and a target of
 * Make. */
MUST_USE enum status pipeline_check_name(const char *name, struct error *err);

/* Reads the file, applies the overrides in order and fills *ret and the config of the n
 * sections, which holds its defaults.  STATUS_INPUT for the file, STATUS_USAGE for what
 * came from an override or for a file's name that cannot name a folder. */
MUST_USE enum status pipeline_read(const struct section *sections, size_t n,
                                   const char *path, const struct texts *overrides,
                                   void *config, struct pipeline *ret, struct arena *mem,
                                   struct error *err);

/* Sets as hint the file below pipeline/ that is nearest to a path which was not found, or
 * all of them; path NULL: none was given.  Where there is none nothing is set. */
void pipeline_hint(const char *path, struct arena *mem, struct error *err);

/* Puts an error where item i of a key's list stands, in the file or in a --set. */
void pipeline_at_item(const struct pipeline *p, const char *key, size_t i,
                      struct error *err);

/* Adds line and column to an error about the pipeline's file that names a key but no line:
 * the first place whose keys end as the field does ("train.folds", "select.k"), in the file
 * or in the --set that the value came from. */
void pipeline_locate(const struct pipeline *pipeline, struct error *err);

#endif
