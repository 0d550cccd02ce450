/* Makes the sample data: generate FOLDER [SEED] writes the CSV files of FOLDER/milk,
 * FOLDER/milk_new and FOLDER/toxic (generate_toxic.c).
 *
 * The files have the names, columns, row counts and oddities of the public ones
 * (data/README.md lists them), and made-up numbers: a hidden state of the economy
 * wanders as a first-order autoregression, and every series is a trend with a season, a
 * share of that state and noise of its own.  The price follows the state one month
 * later, so a model has something to learn.  All arithmetic is on integers: the bytes
 * are the same on every machine, and a test compares them with the committed files. */
#include "generate.h"

static uint64_t next(struct stream *s)
{
    uint64_t z = (s->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

struct stream stream(uint64_t seed, uint64_t purpose)
{
    struct stream s = {seed * 0x2545F4914F6CDD1Du + purpose};
    s.state = next(&s);
    return s;
}

int64_t below(struct stream *s, int64_t n)
{
    return (int64_t)(next(s) % (uint64_t)n);
}

int64_t bell(struct stream *s)
{
    int64_t sum = -6 * ONE;
    for (int i = 0; i < 12; i++)
        sum += below(s, ONE);
    return sum;
}

int64_t times(int64_t value, int64_t factor)
{
    return value * factor / ONE;
}

/* Thousandths by month. */
static const int seasons[][12] = {
    [FLAT] = {0},
    [HARVEST] = {700, 950, 800, 150, -250, -400, -550, -700, -650, -350, 0, 300},
    [TRADE] = {-150, -350, 0, -200, 50, -100, -50, 0, -250, 0, 100, 950},
    [WORK] = {-300, -700, 400, 0, 150, -50, -50, 50, -350, 100, 150, 600},
    [WINTER] = {-450, -600, -250, -100, 300, 650, 700, 500, 50, -150, -300, -350},
    [MILK] = {-550, -250, 150, 500, 950, 850, 700, 500, -250, -650, -900, -1050},
};

int64_t seasonal(enum season season, int swing, int t)
{
    return ONE + (int64_t)seasons[season][t % 12] * swing * ONE / 1000000;
}

void mangle(int64_t digits, int decimals, char *ret)
{
    while (decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        decimals--;
    }
    char plain[CELL];
    int n = snprintf(plain, sizeof plain, "%0*" PRId64, decimals + 1, digits);
    bool kept = decimals <= 2 || n <= 5;
    char *out = ret;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (kept ? n - i == decimals : (n - i) % 3 == 0))
            *out++ = '.';
        *out++ = plain[i];
    }
    *out = '\0';
}

FILE *create(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(3);
    }
    return f;
}

void finish(FILE *f)
{
    if (ferror(f) || fclose(f)) {
        perror("generate");
        exit(3);
    }
}

static void make_world(struct world *w, uint64_t seed)
{
    struct stream s = stream(seed, 1);
    w->seed = seed;
    int64_t state = 0;
    for (int t = 0; t < N_MONTHS; t++) {
        state = state * 9 / 10 + bell(&s) * 11 / 25;
        w->economy[t] = state;
    }
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3) {
        fputs("usage: generate FOLDER [SEED]\n", stderr);
        return 2;
    }
    static struct world w;
    make_world(&w, argc == 3 ? strtoull(argv[2], NULL, 10) : 5);
    write_bank(&w, argv[1]);
    write_rain(&w, argv[1]);
    write_price(&w, argv[1]);
    write_comments(w.seed, argv[1]);
    write_item_prices(w.seed, argv[1]);
    return 0;
}
