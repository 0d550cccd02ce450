/* Reads dvc.lock.
 *
 * The file may have been damaged or merged by hand, and what it names becomes paths and
 * names of objects: every entry is checked here, once, so that nobody behind needs to.
 * Each record keeps its bytes, found by the lines in which the stages' names stand. */
#include "dvc/dvc_lockfile.h"

#include "file/file.h"

bool dvc_path_is_clean(const char *path)
{
    for (const char *p = path;; p++) {
        size_t n = strcspn(p, "/");
        if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
            return false;
        p += n;
        if (*p == '\0')
            return true;
    }
}

static enum status unknown_key(const struct yaml_node *node, struct error *err)
{
    error_set(err, STATUS_INPUT, "unknown key %s", QUOTE(node->key));
    error_at(err, node->path, node->key_line, node->key_col);
    return STATUS_INPUT;
}

/* One key of an entry. */
static enum status read_path(const struct yaml_node *node, struct dvc_entry *entry,
                             struct error *err)
{
    TRY(yaml_expect(node, YAML_TEXT, err));
    if (memchr(node->text.p, '\0', node->text.n) || !dvc_path_is_clean(node->text.p))
        return yaml_error(err, node, "%s is no path inside the project",
                          QUOTE_PATH(node->text.p));
    entry->path = node->text.p;
    return STATUS_OK;
}

static enum status read_hash(const struct yaml_node *node, struct dvc_entry *entry,
                             struct error *err)
{
    (void)entry;
    if (node->kind == YAML_TEXT && view_is(node->text, "md5"))
        return STATUS_OK;
    return yaml_error(err, node, "expected 'md5', found %s",
                      QUOTE_N(node->text.p, node->text.n));
}

/* A digest of digits only is written in quotes; without them it would be a number. */
static enum status read_md5(const struct yaml_node *node, struct dvc_entry *entry,
                            struct error *err)
{
    if (node->kind != YAML_TEXT || memchr(node->text.p, '\0', node->text.n) ||
        !digest_is_object(node->text.p))
        return yaml_error(err, node, "expected an MD5 of 32 digits, found %s",
                          node->text.p ? QUOTE_N(node->text.p, node->text.n)
                                       : yaml_kind_name(node->kind));
    entry->md5 = node->text.p;
    entry->folder = node->text.n > MD5_HEX - 1;
    return STATUS_OK;
}

/* More than anybody has: what is added up or made room for stays far from overflowing. */
#define MAX_COUNT (INT64_C(1) << 50)

static enum status read_count(const struct yaml_node *node, uint64_t *ret,
                              struct error *err)
{
    TRY(yaml_expect(node, YAML_INT, err));
    if (node->integer < 0 || node->integer > MAX_COUNT)
        return yaml_error(err, node, "expected a count, found %s",
                          QUOTE_N(node->text.p, node->text.n));
    *ret = (uint64_t)node->integer;
    return STATUS_OK;
}

static enum status read_size(const struct yaml_node *node, struct dvc_entry *entry,
                             struct error *err)
{
    return read_count(node, &entry->bytes, err);
}

static enum status read_nfiles(const struct yaml_node *node, struct dvc_entry *entry,
                               struct error *err)
{
    uint64_t n;
    TRY(read_count(node, &n, err));
    entry->files = (size_t)n;
    return STATUS_OK;
}

static enum status read_isexec(const struct yaml_node *node, struct dvc_entry *entry,
                               struct error *err)
{
    TRY(yaml_expect(node, YAML_BOOL, err));
    entry->executable = node->boolean;
    return STATUS_OK;
}

enum { KEY_PATH, KEY_HASH, KEY_MD5, KEY_SIZE, KEY_NFILES, KEY_ISEXEC, N_KEYS };

static const struct {
    const char *name;
    enum status (*read)(const struct yaml_node *, struct dvc_entry *, struct error *);
} entry_keys[N_KEYS] = {
    [KEY_PATH] = {"path", read_path},       [KEY_HASH] = {"hash", read_hash},
    [KEY_MD5] = {"md5", read_md5},          [KEY_SIZE] = {"size", read_size},
    [KEY_NFILES] = {"nfiles", read_nfiles}, [KEY_ISEXEC] = {"isexec", read_isexec},
};

static enum status check_entry(const struct yaml_node *node, const bool *seen,
                               const struct dvc_entry *entry, struct error *err)
{
    if (seen[KEY_PATH] && seen[KEY_MD5] && !seen[KEY_HASH]) {
        yaml_error(err, node, "an entry without 'hash: md5' was written by DVC 2");
        error_hint(err, "run 'dvc commit -f' with DVC 3");
        return STATUS_INPUT;
    }
    size_t needed = entry->folder ? KEY_NFILES : KEY_SIZE;
    for (size_t i = 0; i <= needed; i++)
        if (!seen[i])
            return yaml_error(err, node, "an entry has no '%s'", entry_keys[i].name);
    if (seen[KEY_NFILES] && !entry->folder)
        return yaml_error(err, node, "'nfiles' belongs to folders, and %s is a file",
                          QUOTE_PATH(entry->path));
    return STATUS_OK;
}

static enum status read_entry(const struct yaml_node *node, struct dvc_entry *ret,
                              struct error *err)
{
    bool seen[N_KEYS] = {false};
    TRY(yaml_expect(node, YAML_MAP, err));
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < N_KEYS && strcmp(entry_keys[k].name, node->child[i]->key) != 0)
            k++;
        if (k == N_KEYS)
            return unknown_key(node->child[i], err);
        TRY((entry_keys[k].read)(node->child[i], ret, err));
        seen[k] = true;
    }
    return check_entry(node, seen, ret, err);
}

static enum status read_entries(const struct yaml_node *node, struct arena *mem,
                                struct dvc_entry **ret, size_t *ret_n, struct error *err)
{
    TRY(yaml_expect(node, YAML_LIST, err));
    struct dvc_entry *entry = ARENA_ARRAY(mem, struct dvc_entry, node->n);
    for (size_t i = 0; i < node->n; i++) {
        TRY(read_entry(node->child[i], &entry[i], err));
        if (i > 0 && strcmp(entry[i - 1].path, entry[i].path) >= 0)
            return yaml_error(err, node->child[i], "the entries are not sorted by path");
    }
    *ret = entry;
    *ret_n = node->n;
    return STATUS_OK;
}

static enum status read_command(const struct yaml_node *node, struct arena *mem,
                                struct dvc_record *record, struct error *err)
{
    bool list = node->kind == YAML_LIST;
    size_t n = list ? node->n : 1;
    const char **v = ARENA_ARRAY(mem, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct yaml_node *one = list ? node->child[i] : node;
        TRY(yaml_expect(one, YAML_TEXT, err));
        if (memchr(one->text.p, '\0', one->text.n))
            return yaml_error(err, one, "a command must not hold a NUL byte");
        v[i] = one->text.p;
    }
    record->commands = (struct texts){n, v};
    record->command_list = list;
    return STATUS_OK;
}

static enum status read_values(const struct yaml_node *node, struct arena *mem,
                               struct dvc_record *record, struct error *err)
{
    TRY(yaml_expect(node, YAML_MAP, err));
    record->values = ARENA_ARRAY(mem, struct dvc_values, node->n);
    record->n_values = node->n;
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *file = node->child[i];
        TRY(yaml_expect(file, YAML_MAP, err));
        const char **key = ARENA_ARRAY(mem, const char *, file->n);
        const struct yaml_node **value =
            ARENA_ARRAY(mem, const struct yaml_node *, file->n);
        for (size_t k = 0; k < file->n; k++) {
            key[k] = file->child[k]->key;
            value[k] = file->child[k];
        }
        record->values[i] = (struct dvc_values){file->key, key, value, file->n};
    }
    return STATUS_OK;
}

static enum status read_record(const struct yaml_node *node, struct arena *mem,
                               struct dvc_record *record, struct error *err)
{
    record->name = node->key;
    TRY(yaml_expect(node, YAML_MAP, err));
    for (size_t i = 0; i < node->n; i++) {
        const struct yaml_node *part = node->child[i];
        if (strcmp(part->key, "cmd") == 0)
            TRY(read_command(part, mem, record, err));
        else if (strcmp(part->key, "deps") == 0)
            TRY(read_entries(part, mem, &record->dep, &record->n_deps, err));
        else if (strcmp(part->key, "params") == 0)
            TRY(read_values(part, mem, record, err));
        else if (strcmp(part->key, "outs") == 0)
            TRY(read_entries(part, mem, &record->out, &record->n_outs, err));
        else
            return unknown_key(part, err);
    }
    if (record->commands.n == 0)
        return yaml_error(err, node, "a record has no 'cmd'");
    return STATUS_OK;
}

/* The offset of a line, of which *line_at is one that is not behind it and begins at *at.
 * Lines end as those of yaml_node do. */
static size_t line_offset(struct view bytes, size_t line, size_t *line_at, size_t *at)
{
    size_t i = *at;
    while (*line_at < line && i < bytes.n) {
        char c = bytes.p[i++];
        bool pair = c == '\r' && i < bytes.n && bytes.p[i] == '\n';
        *line_at += c == '\n' || (c == '\r' && !pair);
    }
    return *at = i;
}

/* Gives each record its bytes.  A record that does not begin a line, two to the right,
 * was not written by DVC and could not be kept as it stands. */
static enum status cut(struct view bytes, const struct yaml_node *stages,
                       struct dvc_lockfile *lock, struct error *err)
{
    size_t line = 1, at = 0, begin = 0;
    for (size_t i = 0; i < stages->n; i++) {
        const struct yaml_node *node = stages->child[i];
        size_t start = line_offset(bytes, node->key_line, &line, &at);
        size_t left = bytes.n - start, col = node->key_col;
        bool plain = col == 3 || (col == 5 && left > 3 && bytes.p[start + 2] == '?');
        if (!plain || left < 3 || memcmp(bytes.p + start, "  ", 2) != 0 ||
            node->key_line <= stages->key_line) {
            yaml_error(err, node, "not in the form in which DVC writes records");
            error_hint(err, "run 'dvc commit -f'");
            return STATUS_INPUT;
        }
        if (i == 0)
            lock->head = (struct view){bytes.p, start};
        else
            lock->record[i - 1].text = (struct view){bytes.p + begin, start - begin};
        begin = start;
    }
    if (stages->n > 0)
        lock->record[stages->n - 1].text =
            (struct view){bytes.p + begin, bytes.n - begin};
    return STATUS_OK;
}

/* Checks the outermost keys: the schema, then the stages, nothing behind. */
static enum status find_stages(const struct yaml_node *root, const struct yaml_node **ret,
                               struct error *err)
{
    TRY(yaml_expect(root, YAML_MAP, err));
    for (size_t i = 0; i < root->n; i++)
        if (strcmp(root->child[i]->key, "schema") != 0 &&
            strcmp(root->child[i]->key, "stages") != 0)
            return unknown_key(root->child[i], err);
    const struct yaml_node *schema = yaml_get(root, "schema");
    if (!schema || schema->kind != YAML_TEXT || !view_is(schema->text, "2.0")) {
        yaml_error(err, schema ? schema : root, "expected the schema '2.0'");
        error_hint(err, "run 'dvc commit -f' with DVC 3");
        return STATUS_INPUT;
    }
    *ret = yaml_get(root, "stages");
    if (!*ret || (*ret)->kind == YAML_NULL)
        return STATUS_OK;
    TRY(yaml_expect(*ret, YAML_MAP, err));
    if (root->child[root->n - 1] != *ret)
        return yaml_error(err, root->child[root->n - 1],
                          "expected 'stages' to be the last key");
    return STATUS_OK;
}

enum status dvc_lockfile_parse(const char *path, struct view bytes, struct arena *mem,
                               struct dvc_lockfile *ret, struct error *err)
{
    struct yaml_node *root;
    const struct yaml_node *stages = NULL;
    struct dvc_lockfile lock = {0};
    TRY(yaml_parse_large(path, bytes.p, bytes.n, mem, &root, err));
    if (root->kind != YAML_NULL)
        TRY(find_stages(root, &stages, err));
    if (stages && stages->kind == YAML_MAP) {
        lock.n = stages->n;
        lock.record = ARENA_ARRAY(mem, struct dvc_record, lock.n);
        for (size_t i = 0; i < lock.n; i++)
            TRY(read_record(stages->child[i], mem, &lock.record[i], err));
        TRY(cut(bytes, stages, &lock, err));
    }
    *ret = lock;
    return STATUS_OK;
}

enum status dvc_lockfile_read(const char *path, struct arena *mem,
                              struct dvc_lockfile *ret, struct error *err)
{
    struct view bytes;
    if (!file_exists(path)) {
        *ret = (struct dvc_lockfile){0};
        return STATUS_OK;
    }
    TRY(file_read(path, YAML_LARGE_BYTES, mem, &bytes, err));
    return dvc_lockfile_parse(path, bytes, mem, ret, err);
}
