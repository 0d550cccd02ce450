/* Heads and records of scored pieces. */
#include "search/search_file.h"

#include <string.h>

#define FORMAT "nightmill-pieces 1"

enum { WORD = 8 }; // bytes

static void put_word(unsigned char *to, uint64_t x)
{
    for (size_t i = 0; i < WORD; i++)
        to[i] = (unsigned char)(x >> 8 * i);
}

static uint64_t get_word(const unsigned char *from)
{
    uint64_t x = 0;
    for (size_t i = WORD; i-- > 0;)
        x = x << 8 | from[i];
    return x;
}

void search_file_begin(struct search_file *f, struct search_plan *plan,
                       const char *digest, size_t shard, size_t shards, struct arena *mem)
{
    char sum[CHECKSUM_TEXT];
    size_t scores = search_piece_scores(plan);
    *f = (struct search_file){.plan = plan, .record_n = (scores + 2) * WORD};
    f->record = ARENA_ARRAY(mem, unsigned char, f->record_n);
    f->score = ARENA_ARRAY(mem, double, scores);
    int n = snprintf(f->head, sizeof f->head, FORMAT " %s %zu %zu %zu %zu", digest,
                     search_pieces(plan), scores, shard, shards);
    checksum_of(f->head, (size_t)n, sum);
    f->head_n = (size_t)n + CHECKSUM_DIGITS + 2;
    snprintf(f->head + n, sizeof f->head - (size_t)n, " %s\n", sum);
    checksum_begin(&f->start);
    checksum_add(&f->start, f->head, f->head_n);
}

static uint64_t sum_of(const struct search_file *f, const unsigned char *record)
{
    struct checksum sum = f->start;
    checksum_add(&sum, record, f->record_n - WORD);
    return checksum_value(&sum);
}

const unsigned char *search_file_record(struct search_file *f, size_t piece)
{
    put_word(f->record, piece);
    search_take(f->plan, piece, f->score);
    for (size_t k = 0; k < search_piece_scores(f->plan); k++) {
        uint64_t bits;
        memcpy(&bits, &f->score[k], sizeof bits);
        put_word(f->record + (k + 1) * WORD, bits);
    }
    put_word(f->record + f->record_n - WORD, sum_of(f, f->record));
    return f->record;
}

bool search_file_piece(struct search_file *f, const unsigned char *record,
                       size_t *ret_piece)
{
    uint64_t piece = get_word(record);
    if (get_word(record + f->record_n - WORD) != sum_of(f, record) ||
        piece >= search_pieces(f->plan))
        return false;
    for (size_t k = 0; k < search_piece_scores(f->plan); k++) {
        uint64_t bits = get_word(record + (k + 1) * WORD);
        memcpy(&f->score[k], &bits, sizeof bits);
    }
    *ret_piece = (size_t)piece;
    return true;
}

/* Takes a word, and the blank or newline behind it, off the front of *line. */
static struct view next_word(struct view *line)
{
    size_t n = 0;
    while (n < line->n && line->p[n] != ' ' && line->p[n] != '\n')
        n++;
    struct view word = {line->p, n};
    size_t taken = n < line->n ? n + 1 : n;
    *line = (struct view){line->p + taken, line->n - taken};
    return word;
}

bool search_file_head(struct view file, struct search_file_head *ret, size_t *ret_n)
{
    struct search_file_head head = {{0}, 0, 0, 0, 0};
    size_t *const number[] = {&head.pieces, &head.scores, &head.shard, &head.shards};
    size_t most = file.n < SEARCH_FILE_HEAD ? file.n : SEARCH_FILE_HEAD;
    const char *end = most > 0 ? memchr(file.p, '\n', most) : NULL;
    struct view line = {file.p, end ? (size_t)(end - file.p) + 1 : 0};
    size_t tail = CHECKSUM_DIGITS + 2, n = line.n; // " CHECKSUM\n"
    char sum[CHECKSUM_TEXT];
    if (n <= tail + sizeof FORMAT || memcmp(line.p, FORMAT " ", sizeof FORMAT) != 0)
        return false;
    checksum_of(line.p, n - tail, sum);
    if (memcmp(line.p + n - tail + 1, sum, CHECKSUM_DIGITS) != 0)
        return false;
    line = (struct view){line.p + sizeof FORMAT, n - sizeof FORMAT};
    struct view digest = next_word(&line);
    if (digest.n != CHECKSUM_DIGITS)
        return false;
    memcpy(head.digest, digest.p, digest.n);
    for (size_t i = 0; i < COUNT_OF(number); i++)
        if (!text_size(next_word(&line), number[i]))
            return false;
    *ret = head;
    *ret_n = n;
    return true;
}
