/* Taking a source in: CSV rows to a typed table, with a reason for everything that is
 * refused.
 *
 * The base file must be right: each bad row is a fault of the run (printed, up to
 * --max-errors, and then nothing is written), unless the source says `on_error: refuse`.
 * An arrival is taken row by row: a bad row is refused; a file without a needed column,
 * or with broken quoting, is refused whole and leaves no row.  Refused rows stand in
 * rejects.csv and count.  A source without one good row is an error, whatever it says.
 *
 * One batch is held in memory, whatever the files' length. */
#ifndef DATA_INTAKE_H
#define DATA_INTAKE_H

#include "arrow/arrow.h"
#include "arrow/builder.h"
#include "base/watch.h"
#include "data/source.h"
#include "file/file.h"

/* Why rows are refused; the names stand in ingest.json. */
enum refusal {
    REFUSAL_TIME,
    REFUSAL_CELLS,
    REFUSAL_VALUE,
    REFUSAL_FILE,
    REFUSAL_LATER,
    REFUSALS
};
extern const char *const refusal_name[REFUSALS];

struct intake_file {
    const char *path;
    size_t rows, loaded, refused;
    const char *refused_whole; // why, or NULL
};

/* What came of a source. */
struct intake_result {
    const struct source *source;
    size_t n_files;
    struct intake_file *file; // [n_files], in name order
    size_t rows;              // in the table
    size_t p;
    const char **name;   // [p] value columns
    int32_t first, last; // least and greatest key; meaningful when rows > 0
};

/* Shared by the sources of a pipeline. */
struct intake {
    // what the caller sets
    const struct pipeline *pipeline;
    const struct source *first; // whose rows have the pipeline's ids
    const char *data;   // folder in the place of those of the sources' paths, or NULL
    const char *out;    // folder of the artifacts
    int32_t last;       // rows with a later key are left out; INT32_MAX: none is
    struct watch watch; // bad rows are its faults, refused ones its warnings
    struct publish *publish;
    struct arena *mem;

    // what came of it
    struct csv_writer rejects;
    size_t refused[REFUSALS];
    size_t faults; // of the watch
    size_t rows_in, rows_out;
};

/* Writes the header of rejects.csv. */
MUST_USE enum status intake_begin(struct intake *in, struct error *err);

/* Reads all files of a source into raw/<name>.arrow. */
MUST_USE enum status intake_source(struct intake *in, const struct source *source,
                                   struct intake_result *ret, struct error *err);

#endif
