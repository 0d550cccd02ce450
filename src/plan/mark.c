/* Marks of generated stages. */
#include "plan/mark.h"

#include <inttypes.h>
#include <string.h>

uint32_t mark_digest(const struct yaml_node *node, struct arena *mem)
{
    struct text flow = {.mem = mem};
    yaml_flow(node, &flow);
    uint64_t h = text_hash(TEXT_HASH_START, flow.p, flow.n);
    return (uint32_t)(h ^ h >> 32);
}

bool mark_find(struct view line, uint32_t *ret)
{
    const char *at = text_find(line, MARK);
    *ret = 0;
    if (!at)
        return false;
    at += sizeof(MARK) - 1;
    for (int i = 0; i < 8 && at + i < line.p + line.n; i++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, at[i]);
        *ret = *ret << 4 | (uint32_t)(d && *d ? d - digits : 0);
    }
    return true;
}

enum status mark_parse(struct view stage, struct arena *mem, const struct yaml_node **ret,
                       struct error *err)
{
    struct yaml_node *root;
    TRY(yaml_parse("pipeline/stages.tbl", stage.p, stage.n, mem, &root, err));
    *ret = root->child[0];
    return STATUS_OK;
}

struct view mark_stage(struct view stage, size_t indent, struct arena *mem,
                       uint32_t digest)
{
    struct text out = {.mem = mem};
    const char *p = stage.p, *end = p + stage.n;
    for (bool first = true; p < end; first = false) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        for (size_t i = 0; i < indent; i++)
            text_putc(&out, ' ');
        text_add(&out, p + 2, (size_t)(stop - p) - 2);
        if (first)
            text_addf(&out, "  " MARK "%08" PRIx32, digest);
        text_putc(&out, '\n');
        p = stop + 1;
    }
    return (struct view){out.p, out.n};
}

/* Quotes open where a scalar may begin. */
bool mark_is_commented(struct view line)
{
    char quote = '\0', before = ' ';
    for (size_t i = 0; i < line.n; before = line.p[i++]) {
        char c = line.p[i];
        if (quote == '"' && c == '\\')
            i++;
        else if (quote)
            quote = c == quote ? '\0' : quote;
        else if ((c == '"' || c == '\'') && strchr(" \t[{,", before))
            quote = c;
        else if (c == '#' && (before == ' ' || before == '\t'))
            return true;
    }
    return false;
}
