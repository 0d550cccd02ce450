/* Rain and price.  The price follows the hidden state of the economy one month later. */
#include "generate.h"

enum { N_REGIONS = 8 };

/* Rain: the year's sum by region, from north to south, and its course by month in
 * thousandths there. */
static const char *const regions[N_REGIONS] = {
    "Coquimbo",
    "Valparaiso",
    "Metropolitana_de_Santiago",
    "Libertador_Gral__Bernardo_O_Higgins",
    "Maule",
    "Biobio",
    "La_Araucania",
    "Los_Rios",
};
static const int64_t rain_year_mm[N_REGIONS] = {170,  390,  610,  850,
                                                1210, 1490, 1780, 2310};
static const int64_t rain_north[12] = {4, 7, 18, 62, 158, 251, 226, 151, 68, 33, 14, 8};
static const int64_t rain_south[12] = {37,  39,  61, 86, 131, 146,
                                       141, 121, 83, 64, 50,  41};

/* A real with fifteen significant digits, as in the public file; value in 10^-15. */
static void rain_number(FILE *f, int64_t value)
{
    int64_t unit = 1;
    while (value / unit >= 1000000000000000)
        unit *= 10;
    value -= value % unit;
    char digits[CELL];
    if (value > 0 && value < 100000000000) {
        int n = snprintf(digits, sizeof digits, "%" PRId64, value);
        fprintf(f, ",%c.%se-%02d", digits[0], digits + 1, 16 - n);
        return;
    }
    int n = snprintf(digits, sizeof digits, "%016" PRId64, value);
    int whole = n - 15, end = n;
    while (end > whole && digits[end - 1] == '0')
        end--;
    fprintf(f, ",%.*s%s%.*s", whole, digits, end > whole ? "." : "", end - whole,
            digits + whole);
}

static int64_t square(int64_t v)
{
    return times(v, v);
}

/* How wet a month is stands mostly above all regions together. */
static void rain_line(FILE *f, int t, struct stream *s)
{
    fprintf(f, "%d-%02d-01", 1970 + t / 12, t % 12 + 1);
    int64_t common = square(bell(s));
    common += square(bell(s));
    common += square(bell(s));
    for (int r = 0; r < N_REGIONS; r++) {
        int64_t north = rain_north[t % 12] * (N_REGIONS - 1 - r);
        int64_t share = (north + rain_south[t % 12] * r) / (N_REGIONS - 1);
        int64_t wet = (common + square(bell(s))) / 4;
        int64_t um = times(rain_year_mm[r] * share, wet);
        int64_t rest = below(s, 1000000000000);
        if (um < 900 && below(s, 2) == 0)
            rain_number(f, below(s, 16) ? 0 : rest / 100 + 10000000000);
        else
            rain_number(f, um * 1000000000000 + rest);
    }
    fputc('\n', f);
}

void write_rain(const struct world *w, const char *folder)
{
    static int order[MONTH(2020, 5) - MONTH(1979, 1)];
    int n = sizeof order / sizeof order[0];
    struct stream s = stream(w->seed, 5);
    for (int i = 0; i < n; i++)
        order[i] = MONTH(1979, 1) + i;
    for (int i = n - 1; i > 0; i--) {
        int64_t j = below(&s, i + 1);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
    FILE *f = create(folder, "milk/precipitaciones.csv");
    FILE *arrivals = create(folder, "milk_new/precipitaciones_dummy.csv");
    fputs("date", f);
    fputs("date", arrivals);
    for (int r = 0; r < N_REGIONS; r++) {
        fprintf(f, ",%s", regions[r]);
        fprintf(arrivals, ",%s", regions[r]);
    }
    fputc('\n', f);
    fputc('\n', arrivals);
    for (int i = 0; i < n; i++)
        rain_line(f, order[i], &s);
    for (int t = MONTH(2020, 5); t <= MONTH(2021, 3); t++)
        rain_line(arrivals, t, &s);
    finish(f);
    finish(arrivals);
}

/* The price in hundredths: thousandths of growth a year by decade, the season, the
 * economy a month ago, and a wandering part of its own. */
static void make_price(const struct world *w, int64_t *ret_cents)
{
    static const int growth[] = {235, 190, 82, 53, 38, 41};
    struct stream s = stream(w->seed, 6);
    int64_t level = 4700000, own = 0; // level in millionths
    for (int t = MONTH(1979, 1); t < END; t++) {
        own = own * 17 / 20 + bell(&s) / 2;
        level = level * (12000 + growth[t / 120]) / 12000;
        int64_t v = times(level, seasonal(MILK, 70, t));
        v = times(v, ONE + w->economy[t - 1] * 50 / 1000);
        v = times(v, ONE + own * 15 / 1000);
        ret_cents[t] = v / 10000;
    }
}

static void price_line(FILE *f, int t, int64_t cents)
{
    static const char months[12][4] = {"Ene", "Feb", "Mar", "Abr", "May", "Jun",
                                       "Jul", "Ago", "Sep", "Oct", "Nov", "Dic"};
    char number[CELL];
    mangle(cents, 2, number);
    fprintf(f, "%d,%s,%s\n", 1970 + t / 12, months[t % 12], number);
}

void write_price(const struct world *w, const char *folder)
{
    static int64_t cents[N_MONTHS];
    make_price(w, cents);
    FILE *f = create(folder, "milk/precio_leche.csv");
    fputs("Anio,Mes,Precio_leche\n", f);
    for (int t = MONTH(1979, 1); t <= MONTH(2021, 2); t++)
        price_line(f, t, cents[t]);
    finish(f);

    /* Two months that are there already, with another price, and a new one. */
    f = create(folder, "milk_new/precio_leche_dummy.csv");
    fputs("Anio,Mes,Precio_leche\n", f);
    price_line(f, MONTH(2020, 1), cents[MONTH(2021, 3)]);
    price_line(f, MONTH(2020, 5), cents[MONTH(2021, 3)]);
    price_line(f, MONTH(2021, 3), cents[MONTH(2021, 3)]);
    finish(f);
}
