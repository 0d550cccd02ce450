/* Turns libyaml's marks into lines and byte columns.
 *
 * libyaml counts characters, not bytes, so a cursor walks the text along with the marks.
 * They only grow while a document is read, which keeps the whole walk linear; a step back
 * starts anew. */
#include "config/yaml_internal.h"

/* Goes to a character; the one behind the last is the end of the text. */
static void move(struct yaml_cursor *c, size_t character)
{
    struct view text = c->text;
    if (character < c->character) {
        c->character = c->byte = c->line_start = 0;
        c->line = 1;
    }
    while (c->character < character && c->byte < text.n) {
        char byte = text.p[c->byte];
        size_t step = text_utf8_step(text.p + c->byte, text.n - c->byte);
        c->byte += step ? step : 1;
        c->character++;
        bool pair = byte == '\r' && c->byte < text.n && text.p[c->byte] == '\n';
        if (byte == '\n' || (byte == '\r' && !pair)) {
            c->line++;
            c->line_start = c->byte;
        }
    }
}

void yaml_locate(struct yaml_cursor *c, size_t character, size_t *line, size_t *col)
{
    move(c, character);
    *line = c->line;
    *col = c->byte - c->line_start + 1 + (c->line == 1 ? c->first_col : 0);
}

enum status yaml_at_character(struct yaml_cursor *c, size_t character, struct error *err)
{
    size_t line, col;
    yaml_locate(c, character, &line, &col);
    error_at(err, c->path, line, col);
    return err->status;
}

enum status yaml_at_byte(struct yaml_cursor *c, size_t byte, struct error *err)
{
    size_t character = 0;
    for (size_t i = 0; i < byte && i < c->text.n; character++) {
        size_t step = text_utf8_step(c->text.p + i, c->text.n - i);
        i += step ? step : 1;
    }
    return yaml_at_character(c, character, err);
}
