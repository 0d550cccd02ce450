/* The members of ingest.json, and what must hold between them. */
#include "artifacts/ingest_json.h"

static const struct member file_rows[] = {
    MEMBER(struct ingest_json_file, file),
    MEMBER(struct ingest_json_file, rows),
    MEMBER(struct ingest_json_file, loaded),
    MEMBER(struct ingest_json_file, refused),
    MEMBER(struct ingest_json_file, arrival),
    MEMBER_OR_NULL(struct ingest_json_file, refused_whole),
};

static const struct member source_members[] = {
    MEMBER(struct ingest_json_source, name),
    MEMBER(struct ingest_json_source, rows),
    MEMBER(struct ingest_json_source, columns),
    MEMBER_OR_NULL(struct ingest_json_source, first),
    MEMBER_OR_NULL(struct ingest_json_source, last),
    MEMBER_LIST(struct ingest_json_source, "files", file, n_files, file_rows),
};

static const struct member members[] = {
    MEMBER(struct ingest_json, pipeline),
    MEMBER_LIST(struct ingest_json, "sources", source, n_sources, source_members),
    MEMBER(struct ingest_json, rejected),
    MEMBER_MAP_OF(struct ingest_json, reasons, reason, n_reasons, counted_rows),
    MEMBER(struct ingest_json, options),
    MEMBER_TABLES(struct ingest_json, table),
};

enum status ingest_json_write(const struct ingest_json *in, struct output *out,
                              struct error *err)
{
    return document_write(out, DOCUMENT(members), in, err);
}

/* A source has the rows of its files. */
static enum status check_source(const struct ingest_json_source *s, const char *path,
                                struct error *err)
{
    size_t rows = 0;
    for (size_t i = 0; i < s->n_files; i++) {
        const struct ingest_json_file *f = &s->file[i];
        if (f->loaded > f->rows || f->refused > f->rows - f->loaded)
            return error_refuse(err, path, "sources.files",
                                "file %s has %zu rows, loaded %zu and refused %zu",
                                QUOTE(f->file), f->rows, f->loaded, f->refused);
        rows += f->loaded;
    }
    if (rows != s->rows)
        return error_refuse(err, path, "sources.rows",
                            "source %s has %zu rows, its files loaded %zu",
                            QUOTE(s->name), s->rows, rows);
    return document_ordered(path, "sources.last", s->first, s->last, err);
}

enum status ingest_json_read(const char *path, struct arena *mem, struct ingest_json *ret,
                             struct error *err)
{
    struct ingest_json in = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &in, NULL, err));
    for (size_t i = 0; i < in.n_sources; i++)
        TRY(check_source(&in.source[i], path, err));
    *ret = in;
    return STATUS_OK;
}
