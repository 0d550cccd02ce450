/* Any bytes are refused with a place, or become a tree within the caps that is written
 * and read back as the same tree, and that the rows of a configuration take or refuse
 * with a place.
 *
 * The first line is tried as an override too: it is refused with STATUS_USAGE and nothing
 * changed, or leaves a tree within the caps. */
#include "fuzz/fuzz.h"

#include "config/config.h"

struct column {
    const char *match;
    enum { KIND_REAL, KIND_TEXT } kind;
};

struct source {
    const char *name;
    struct items columns;
};

struct limits {
    double low, high;
};

struct config {
    size_t folds;
    int64_t offset;
    double share;
    bool quick;
    enum { SCORE_R2, SCORE_RMSE } score;
    const char *title;
    struct reals alpha;
    struct texts names;
    struct words kinds;
    struct items sources;
    struct limits limits;
    const struct yaml_node *steps;
};

/* clang-format off */
static const struct option_row column_rows[] = {
    OPTION_REQUIRED(struct column, match, 0, 0, "NAME", "columns"),
    OPTION_ENUM(struct column, kind, "real|text", "how cells are read"),
};
static const struct option_row source_rows[] = {
    OPTION(struct source, name, 0, 0, "NAME", "of the table"),
    OPTION_LIST(struct source, columns, struct column, column_rows, NULL, "what to read"),
};
static const struct option_row limit_rows[] = {
    OPTION(struct limits, low, -10, 10, "REAL", "lowest"),
    OPTION(struct limits, high, 0, 0, "REAL", "highest"),
};
static const struct option_row rows[] = {
    OPTION(struct config, folds, 2, 100, "N", "parts"),
    OPTION(struct config, offset, -5, 5, "N", "shift"),
    OPTION(struct config, share, 0, 1, "REAL", "held out"),
    OPTION(struct config, quick, 0, 0, NULL, "less work"),
    OPTION_ENUM(struct config, score, "r2|rmse", "what is maximised"),
    OPTION(struct config, title, -1, 0, "TEXT", "heading"),
    OPTION(struct config, alpha, 0, 10, "REAL", "penalties"),
    OPTION(struct config, names, 0, 0, "NAMES", "columns"),
    OPTION_ENUM(struct config, kinds, "real|text", "kinds"),
    OPTION_LIST(struct config, sources, struct source, source_rows, NULL, "tables"),
    OPTION_MAP(struct config, limits, limit_rows, "of plausible values"),
    OPTION(struct config, steps, 0, 0, "LIST", "recipe"),
};
/* clang-format on */

static void require_place(const struct error *err, enum status status, size_t n)
{
    require(err->status == status && err->message[0] && strlen(err->message) < 400);
    if (n <= YAML_MAX_BYTES)
        require(err->loc.line > 0 && err->loc.line <= n + 1 && err->loc.col > 0);
}

/* Counts the nodes and checks what every node promises. */
static size_t count_nodes(const struct yaml_node *node, size_t depth)
{
    size_t n = 1;
    bool container = node->kind == YAML_LIST || node->kind == YAML_MAP;
    require(depth <= YAML_MAX_DEPTH && (depth < YAML_MAX_DEPTH || !container));
    require(node->line > 0 && node->col > 0 && node->path);
    require(container || (node->n == 0 && node->text.p));
    for (size_t i = 0; i < node->n; i++) {
        require((node->kind == YAML_MAP) == (node->child[i]->key != NULL));
        n += count_nodes(node->child[i], depth + 1);
    }
    return n;
}

static bool same_real(double a, double b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}

static void require_same(const struct yaml_node *a, const struct yaml_node *b)
{
    require(a->kind == b->kind && a->n == b->n);
    require(a->boolean == b->boolean && a->integer == b->integer &&
            same_real(a->real, b->real));
    require(a->kind != YAML_TEXT || view_eq(a->text, b->text));
    for (size_t i = 0; i < a->n; i++) {
        require(a->kind != YAML_MAP || strcmp(a->child[i]->key, b->child[i]->key) == 0);
        require_same(a->child[i], b->child[i]);
    }
}

static struct text flow_of(const struct yaml_node *node, struct arena *mem)
{
    struct text out = {.mem = mem};
    yaml_flow(node, &out);
    return out;
}

static void check_written(const struct yaml_node *root, struct arena *mem)
{
    struct text out = flow_of(root, mem);
    struct yaml_node *back;
    struct error err = {0};
    if (out.n > YAML_MAX_BYTES)
        return;
    require(yaml_parse("flow", out.p, out.n, mem, &back, &err) == STATUS_OK);
    require_same(root, back);
}

static void check_config(const struct yaml_node *root, size_t n, struct arena *mem)
{
    struct config config = {.folds = 3};
    struct error err = {0};
    struct text out = {.mem = mem};
    if (config_read(root, "", rows, COUNT_OF(rows), &config, mem, &err) != STATUS_OK) {
        require_place(&err, STATUS_INPUT, n);
        return;
    }
    require(err.status == STATUS_OK && err.message[0] == '\0');
    require(config.folds >= 2 && config.folds <= 100);
    require(config.offset >= -5 && config.offset <= 5);
    require(config.share >= 0 && config.share <= 1);
    for (size_t i = 0; i < config.alpha.n; i++)
        require(config.alpha.v[i] >= 0 && config.alpha.v[i] <= 10);
    for (size_t i = 0; i < config.names.n; i++)
        require(config.names.v[i][0]);
    option_echo(NULL, rows, COUNT_OF(rows), &config, &out);
}

static void check_override(struct yaml_node *root, const char *line, struct arena *mem)
{
    struct error err = {0};
    char *before = flow_of(root, mem).p;
    enum status status = yaml_override(root, line, mem, &err);
    if (status == STATUS_OK) {
        (void)count_nodes(root, 0);
        check_written(root, mem);
        return;
    }
    require_place(&err, STATUS_USAGE, strlen(line));
    require(strcmp(before, flow_of(root, mem).p) == 0);
}

/* Does the same to the tree of the input, or to a tree of our own where it has none. */
static void try_override(struct yaml_node *root, const char *p, size_t n,
                         struct arena *mem)
{
    static const char own[] = "a: {b: [1, {c: 2}], 'd.e': }\nf: text\n";
    struct error err = {0};
    const char *newline = n ? memchr(p, '\n', n) : NULL;
    const char *line = arena_copy(mem, p, newline ? (size_t)(newline - p) : n);
    if (!root)
        require(yaml_parse("own", own, sizeof(own) - 1, mem, &root, &err) == STATUS_OK);
    check_override(root, line, mem);
}

static void try_input(struct view input, struct arena *mem)
{
    struct error err = {0};
    struct yaml_node *root = NULL;
    if (yaml_parse("fuzz.yaml", input.p, input.n, mem, &root, &err) == STATUS_OK) {
        require(err.status == STATUS_OK);
        require(count_nodes(root, 0) <= YAML_MAX_NODES);
        check_written(root, mem);
        check_config(root, input.n, mem);
    } else {
        require(!root);
        require_place(&err, STATUS_INPUT, input.n);
    }
    try_override(root, input.p, input.n, mem);
}
