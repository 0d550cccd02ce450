/* The members of a version's manifest, and what must hold between them. */
#include "registry/registry_manifest.h"

#include <string.h>

#include "digest/digest.h"
#include "file/file.h"

enum { FORMAT = 1, MAX_NAME = 100 };

static const struct member data_members[] = {
    MEMBER(struct registry_data, file),
    MEMBER(struct registry_data, bytes),
    MEMBER(struct registry_data, sha256),
};

static const struct member lineage_members[] = {
    MEMBER_LIST(struct registry_lineage, "data", data, n_data, data_members),
    MEMBER_OR_NULL(struct registry_lineage, parameters),
    MEMBER_OR_NULL(struct registry_lineage, code),
    MEMBER_OR_NULL(struct registry_lineage, parent),
};

static const struct member file_members[] = {
    MEMBER(struct registry_kept, name),
    MEMBER(struct registry_kept, bytes),
    MEMBER(struct registry_kept, sha256),
};

static const struct member members[] = {
    MEMBER(struct registry_manifest, format),
    MEMBER(struct registry_manifest, pipeline),
    MEMBER(struct registry_manifest, content),
    MEMBER_STRUCT(struct registry_manifest, lineage, lineage_members),
    MEMBER_LIST(struct registry_manifest, "files", file, n_files, file_members),
};

const char *registry_content(const struct registry_kept *file, size_t n,
                             struct arena *mem)
{
    struct digest d = {0};
    char *hex = arena_alloc(mem, SHA256_HEX);
    digest_begin(&d, DIGEST_SHA256);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(file[i].name, REGISTRY_CARD) == 0)
            continue;
        const char *line = arena_format(mem, "%s  %s\n", file[i].sha256, file[i].name);
        digest_add(&d, line, strlen(line));
    }
    digest_end_hex(&d, DIGEST_SHA256, hex);
    digest_release(&d);
    return hex;
}

enum status registry_check_name(const char *name, struct error *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (name[0] && name[0] != '.' && !name[strspn(name, allowed)] &&
        strlen(name) <= MAX_NAME && strcmp(name, REGISTRY_MANIFEST) != 0)
        return STATUS_OK;
    return error_set(err, STATUS_INPUT, "%s cannot be the name of a registered file",
                     QUOTE(name));
}

static enum status check_digest(const char *digest, const char *path, const char *field,
                                struct error *err)
{
    unsigned char binary[SHA256_BYTES];
    if (!digest || digest_unhex(view_of(digest), binary, SHA256_BYTES))
        return STATUS_OK;
    return error_refuse(err, path, field, "expected a digest, found %s", QUOTE(digest));
}

static enum status check_files(const struct registry_manifest *m, const char *path,
                               struct error *err)
{
    if (m->n_files == 0 || m->n_files > REGISTRY_FILES)
        return error_refuse(err, path, "files", "expected 1 to %d files, found %zu",
                            REGISTRY_FILES, m->n_files);
    for (size_t i = 0; i < m->n_files; i++) {
        if (registry_check_name(m->file[i].name, err) != STATUS_OK) {
            error_at(err, path, 0, 0);
            error_field(err, "files.name");
            return STATUS_INPUT;
        }
        TRY(check_digest(m->file[i].sha256, path, "files.sha256", err));
        if (i > 0 && strcmp(m->file[i - 1].name, m->file[i].name) >= 0)
            return error_refuse(err, path, "files.name", "the names are not sorted");
    }
    return STATUS_OK;
}

static enum status check_lineage(const struct registry_manifest *m, const char *path,
                                 struct error *err)
{
    const struct registry_lineage *l = &m->lineage;
    const struct registry_kept *own = registry_manifest_find(m, REGISTRY_PARAMETERS);
    for (size_t i = 0; i < l->n_data; i++)
        TRY(check_digest(l->data[i].sha256, path, "lineage.data.sha256", err));
    TRY(check_digest(l->parent, path, "lineage.parent", err));
    if (!own != !l->parameters || (own && strcmp(own->sha256, l->parameters) != 0))
        return error_refuse(err, path, "lineage.parameters",
                            "the digest is not that of %s", REGISTRY_PARAMETERS);
    return STATUS_OK;
}

static enum status check_content(const struct registry_manifest *m, const char *path,
                                 struct error *err)
{
    struct arena mem = {0};
    bool same = strcmp(m->content, registry_content(m->file, m->n_files, &mem)) == 0;
    arena_release(&mem);
    return same ? STATUS_OK
                : error_refuse(err, path, "content",
                               "the digest is not that of the files");
}

enum status registry_manifest_write(const struct registry_manifest *m, struct output *out,
                                    struct error *err)
{
    struct registry_manifest current = *m;
    current.format = FORMAT;
    return document_write(out, DOCUMENT(members), &current, err);
}

enum status registry_check_head(const char *path, size_t format, size_t wanted,
                                const char *says, const char *found, const char *pipeline,
                                struct error *err)
{
    if (format != wanted) {
        (void)error_refuse(err, path, "format", "expected %zu, found %zu", wanted,
                           format);
        error_hint(err, "a newer version may have written it");
        return STATUS_INPUT;
    }
    if (strcmp(found, pipeline) == 0)
        return STATUS_OK;
    (void)error_refuse(err, path, "pipeline", "%s of %s, not of %s", says, QUOTE(found),
                       QUOTE(pipeline));
    error_hint(err, "a registry's folder has its pipeline's name: give it back to it");
    return STATUS_INPUT;
}

enum status registry_manifest_parse(const char *path, struct view text,
                                    const char *pipeline, struct arena *mem,
                                    struct registry_manifest *ret, struct error *err)
{
    struct registry_manifest m = {0};
    TRY(document_parse(path, text, DOCUMENT(members), mem, &m, err));
    TRY(registry_check_head(path, m.format, FORMAT, "the version is one", m.pipeline,
                            pipeline, err));
    TRY(check_files(&m, path, err));
    TRY(check_lineage(&m, path, err));
    TRY(check_content(&m, path, err));
    *ret = m;
    return STATUS_OK;
}

enum status registry_manifest_read(const char *path, const char *pipeline,
                                   struct arena *mem, struct registry_manifest *ret,
                                   struct error *err)
{
    struct view text;
    TRY(file_read(path, REGISTRY_MANIFEST_BYTES, mem, &text, err));
    return registry_manifest_parse(path, text, pipeline, mem, ret, err);
}

const struct registry_kept *registry_manifest_find(const struct registry_manifest *m,
                                                   const char *name)
{
    for (size_t i = 0; i < m->n_files; i++)
        if (strcmp(m->file[i].name, name) == 0)
            return &m->file[i];
    return NULL;
}
