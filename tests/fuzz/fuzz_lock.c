/* Reads arbitrary bytes as dvc.lock and as dvc.yaml: nothing but clean paths and digests
 * comes out, what is not replaced is written back as it stands, and every refusal has a
 * place. */
#include "fuzz/fuzz.h"

#include "dvc/dvc_file.h"
#include "dvc/dvc_lockfile.h"

static void require_place(const struct error *err)
{
    require(err->status == STATUS_INPUT && err->message[0]);
}

static void check_entries(const struct dvc_entry *e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        require(dvc_path_is_clean(e[i].path) && digest_is_object(e[i].md5));
        require(e[i].folder == (strlen(e[i].md5) == 36));
        require(i == 0 || strcmp(e[i - 1].path, e[i].path) < 0);
    }
}

static void check_lock(const struct dvc_lockfile *lock, struct view bytes,
                       struct arena *mem)
{
    struct text out = {.mem = mem};
    struct names names = dvc_lockfile_names(lock, mem);
    for (size_t i = 0; i < lock->n; i++) {
        const struct dvc_record *r = &lock->record[i];
        struct text anew = {.mem = mem};
        require(r->commands.n > 0 && r->text.n > 0);
        require(names_find(&names, r->name) == i);
        check_entries(r->dep, r->n_deps);
        check_entries(r->out, r->n_outs);
        dvc_record_write(r, &anew);
        require(anew.n > 0 && anew.p[anew.n - 1] == '\n');
    }
    dvc_lockfile_write(lock, &out);
    if (lock->n > 0)
        require(out.n - bytes.n <= 1 && memcmp(out.p, bytes.p, bytes.n) == 0);
}

static void check_file(const struct dvc_file *file)
{
    require(file->names.n == file->n);
    for (size_t i = 0; i < file->n; i++) {
        const struct dvc_stage *s = &file->stage[i];
        require(s->commands.n > 0 && s->name[0] && s->pipeline);
        for (size_t k = 0; k < s->deps.n; k++)
            require(dvc_path_is_clean(s->deps.v[k]));
        for (size_t k = 0; k < s->n_outs; k++)
            require(dvc_path_is_clean(s->out[k].path));
        for (size_t k = 0; k < s->n_params; k++)
            require(dvc_path_is_clean(s->params[k].file));
    }
}

static void try_input(struct view input, struct arena *mem)
{
    struct error err = {0};
    struct dvc_lockfile lock;
    struct dvc_file file;
    if (dvc_lockfile_parse("dvc.lock", input, mem, &lock, &err) == STATUS_OK)
        check_lock(&lock, input, mem);
    else
        require_place(&err);
    if (dvc_file_parse("dvc.yaml", input, mem, &file, &err) == STATUS_OK)
        check_file(&file);
    else
        require_place(&err);
}
