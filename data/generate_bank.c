/* The bank's file: 84 columns of numbers that lost their decimal points.  Every column is
 * a trend with a season, a share of the hidden state, and noise of its own; bank.def has
 * the figures. */
#include "generate.h"

/* A column of the bank's file.  Values stand in millionths; before `fine_from` they carry
 * `decimals` decimals, afterwards nine significant digits. */
struct series {
    const char *name;
    int from, to; // months that have a value, inclusive
    int64_t base; // at the anchor
    int growth;   // thousandths a year
    enum season season;
    int swing;    // thousandths of the season
    int load;     // thousandths of the hidden state
    int noise;    // thousandths of own noise
    int decimals, fine_from;
};

/* clang-format off */
#define SERIES(name, year, month, end, base, growth, season, swing, load, noise, d, fine) \
    {name, MONTH(year, month), end, base, growth, season, swing, load, noise, d, fine},
#define IMACEC(base, growth, season, swing, load, name) \
    SERIES("Imacec_" name, 1996, 1, MONTH(2020, 10), base, growth, season, swing, load, \
           8, 0, 0)
#define PIB(base, growth, season, swing, load, noise, name) \
    SERIES(name, 2013, 1, MONTH(2020, 9), base, growth, season, swing, load, noise, 0, 0)
#define WORKERS(base, growth, swing, load, name) \
    SERIES("Ocupacion_en_" name "_INE", 2013, 3, MONTH(2020, 10), base, growth, WORK, \
           swing, load, 15, 0, 0)
#define INDEX(year, month, base, growth, season, swing, load, noise, name) \
    SERIES(name, year, month, MONTH(2020, 10), base, growth, season, swing, load, \
           noise, 0, 0)
#define GOOD(year, month, base, growth, noise, decimals, fine, name) \
    SERIES(name, year, month, MONTH(2020, 11), base, growth, FLAT, 0, 40, noise, \
           decimals, MONTH(fine, 1))
/* clang-format on */

static const struct series bank[] = {
#include "bank.def"
};

enum { N_SERIES = sizeof(bank) / sizeof(bank[0]) };

/* A factor that grows by so many thousandths a year, ONE at the anchor. */
static int64_t trend(int growth, int t)
{
    int64_t level = (int64_t)ONE << 14;
    for (int i = ANCHOR; i < t; i++)
        level = level * (12000 + growth) / 12000;
    for (int i = ANCHOR; i > t; i--)
        level = level * 12000 / (12000 + growth);
    return level >> 14;
}

/* One cell; s gives its noise. */
static void bank_cell(const struct world *w, const struct series *c, int t,
                      struct stream *s, char *ret)
{
    int64_t v = times(c->base, trend(c->growth, t));
    v = times(v, seasonal(c->season, c->swing, t));
    v = times(v, ONE + w->economy[t] * c->load / 1000);
    v = times(v, ONE + bell(s) * c->noise / 1000);
    int decimals = 6;
    if (t < c->fine_from) {
        for (; decimals > c->decimals; decimals--)
            v /= 10;
    } else {
        for (; v < 100000000; decimals++)
            v = v * 10 + below(s, 10);
        for (; v >= 1000000000; decimals--)
            v /= 10;
    }
    mangle(v, decimals, ret);
}

typedef char bank_row[N_SERIES][CELL];

static void make_bank(const struct world *w, uint64_t vintage, bank_row *rows)
{
    for (int c = 0; c < N_SERIES; c++) {
        struct stream s = stream(w->seed, vintage * 1000 + (uint64_t)c);
        for (int t = 0; t < N_MONTHS; t++)
            bank_cell(w, &bank[c], t, &s, rows[t][c]);
    }
}

static void bank_header(FILE *f)
{
    fputs("Periodo", f);
    for (int c = 0; c < N_SERIES; c++)
        fprintf(f, ",%s", bank[c].name);
}

static void bank_date(FILE *f, int year, int month)
{
    fprintf(f, "%d-%02d-01 00:00:00 UTC", year, month);
}

/* Cells outside a column's months are empty; a few hold a letter that someone typed.
 * The public file ends without a line break. */
static void bank_line(FILE *f, int t, bank_row *rows, char (*typed)[N_SERIES])
{
    fputc('\n', f);
    bank_date(f, 1970 + t / 12, t % 12 + 1);
    for (int c = 0; c < N_SERIES; c++) {
        if (t >= bank[c].from && t <= bank[c].to)
            fprintf(f, ",%s", rows[t][c]);
        else
            fputs(typed[t][c] ? ",a" : ",", f);
    }
}

/* The month that is none: four cells are filled. */
static void bank_no_month(FILE *f, struct stream *s)
{
    fputc('\n', f);
    bank_date(f, 2020, 13);
    for (int c = 0; c < N_SERIES; c++) {
        const char *name = bank[c].name;
        char cell[CELL];
        if (!strcmp(name, "Imacec_comercio") ||
            !strcmp(name, "PIB_Otras_actividades_mineras") ||
            !strcmp(name, "Ocupacion_en_Explotacion_de_minas_y_canteras_INE") ||
            !strcmp(name, "Indice_de_ventas_comercio_real_durables_IVCM"))
            mangle(200000001 + below(s, 700000000), 7, cell);
        else
            cell[0] = '\0';
        fprintf(f, ",%s", cell);
    }
}

void write_bank(const struct world *w, const char *folder)
{
    static bank_row rows[N_MONTHS];
    static char typed[N_MONTHS][N_SERIES];
    make_bank(w, 2, rows);
    struct stream s = stream(w->seed, 3);
    for (int n = 0; n < 17;) {
        int64_t t = below(&s, MONTH(2012, 1)), c = below(&s, N_SERIES);
        if (t >= bank[c].from || typed[t][c])
            continue;
        typed[t][c] = 1;
        n++;
    }

    /* The order in which the public file has its months; 2018-08 and 2019-08 end one run
     * and begin the next. */
    static const int runs[][2] = {
        {MONTH(2013, 3), MONTH(2018, 8)},   {MONTH(2018, 8), MONTH(2019, 8)},
        {MONTH(2019, 8), MONTH(2020, 5)},   {-1, -1},
        {MONTH(2020, 6), MONTH(2020, 10)},  {MONTH(2009, 1), MONTH(2013, 2)},
        {MONTH(2020, 11), MONTH(2020, 11)}, {MONTH(1970, 1), MONTH(2008, 12)},
    };
    FILE *f = create(folder, "milk/banco_central.csv");
    bank_header(f);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        if (runs[i][0] < 0)
            bank_no_month(f, &s);
        else
            for (int t = runs[i][0]; t <= runs[i][1]; t++)
                bank_line(f, t, rows, typed);
    }
    finish(f);

    /* The arrivals: every column but one has a value, and the months that were there
     * before are revised. */
    make_bank(w, 4, rows);
    f = create(folder, "milk_new/banco_central_dummy.csv");
    bank_header(f);
    for (int t = MONTH(2020, 5); t <= MONTH(2021, 3); t++) {
        fputc('\n', f);
        bank_date(f, 1970 + t / 12, t % 12 + 1);
        for (int c = 0; c < N_SERIES; c++)
            fprintf(f, ",%s", strstr(bank[c].name, "No_sabe") ? "" : rows[t][c]);
    }
    fputc('\n', f);
    finish(f);
}
