/* Orders of 300 items over a year, and those of the month behind it in a file of their own.
 *
 * An item's price is a level with a drift and noise; some days it is on offer, some items
 * change their level once.  One order in three hundred has a wrong price: ten times as much,
 * a tenth, in another currency, or another item's.  Nothing says which ones. */
#include "generate.h"

enum {
    ITEMS = 300,
    DAYS = 365,
    LATER = 31, // days of the second file
    YEAR = 2023,
    RATE = 494, // hundredths of one currency in the other
};

struct item {
    int64_t id, level;    // hundredths
    int64_t drift, noise; // of ONE, a year; of an order
    int64_t step_day, step;
};

struct shop {
    struct stream random;
    struct item item[ITEMS];
    int orders[ITEMS][DAYS + LATER];
};

/* From 5 to some 5,000, most of them low. */
static int64_t draw_level(struct stream *s)
{
    int64_t level = 500;
    for (int64_t doublings = below(s, 10); doublings > 0; doublings--)
        level *= 2;
    return level + below(s, level);
}

/* One item in fifteen is rare, one in five is sold a lot. */
static int64_t draw_orders(struct stream *s)
{
    int64_t kind = below(s, 15);
    return kind == 0 ? 1 + below(s, 8) : kind < 4 ? 50 + below(s, 40) : 14 + below(s, 24);
}

static void open_shop(struct shop *shop, uint64_t seed)
{
    struct stream *s = &shop->random;
    *s = stream(seed, 30);
    for (int i = 0; i < ITEMS; i++) {
        struct item *item = &shop->item[i];
        item->id = 1000000000 + i * INT64_C(9973137) + below(s, 9000000);
        item->level = draw_level(s);
        item->drift = below(s, ONE / 3) - ONE / 12;
        item->noise = ONE / 100 + below(s, ONE / 25);
        item->step_day = below(s, 8) == 0 ? below(s, DAYS) : DAYS + LATER;
        item->step = ONE * 7 / 10 + below(s, ONE * 3 / 4);
        for (int64_t n = draw_orders(s); n > 0; n--)
            shop->orders[i][below(s, DAYS)]++;
        for (int64_t n = below(s, 3); n > 0; n--)
            shop->orders[i][DAYS + below(s, LATER)]++;
    }
}

/* What an order of that day costs, in hundredths. */
static int64_t price_of(struct shop *shop, int i, int day)
{
    struct stream *s = &shop->random;
    const struct item *item = &shop->item[i];
    int64_t price = times(item->level, ONE + item->drift * day / DAYS);
    price = day >= item->step_day ? times(price, item->step) : price;
    price = times(price, ONE + times(bell(s), item->noise));
    if (day % 90 < 3)
        price = price * 17 / 20; // on offer
    switch (below(s, 1200)) {
    case 0: price *= 10; break;
    case 1: price /= 10; break;
    case 2: price = price * RATE / 100; break;
    case 3: price = shop->item[below(s, ITEMS)].level; break;
    default: break;
    }
    return price > 1 ? price : 1;
}

/* "2023-05-01", for days counted from the first of January; no year of them is a leap year
 * but the last month's, which is too short to tell. */
static void print_day(FILE *f, int day)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = YEAR + day / DAYS, month = 0;
    for (day %= DAYS; day >= length[month]; month++)
        day -= length[month];
    fprintf(f, "%04d-%02d-%02d", year, month + 1, day + 1);
}

/* Trailing zeros are gone, as a program prints a number. */
static void print_order(FILE *f, int64_t id, int day, int64_t price)
{
    fprintf(f, "MLB%" PRId64 ",", id);
    print_day(f, day);
    fprintf(f, ",%" PRId64, price / 100);
    if (price % 100 > 0)
        fprintf(f, price % 10 > 0 ? ".%02d" : ".%.1d",
                (int)(price % 10 > 0 ? price % 100 : price % 100 / 10));
    fputc('\n', f);
}

static void write_days(struct shop *shop, const char *folder, const char *name, int from,
                       int to)
{
    FILE *f = create(folder, name);
    fputs("ITEM_ID,ORD_CLOSED_DT,PRICE\n", f);
    for (int day = from; day < to; day++)
        for (int i = 0; i < ITEMS; i++)
            for (int n = shop->orders[i][day]; n > 0; n--)
                print_order(f, shop->item[i].id, day, price_of(shop, i, day));
    if (from > 0) // an item that nobody knows
        print_order(f, 999, to - 1, 1999);
    finish(f);
}

void write_item_prices(uint64_t seed, const char *folder)
{
    static struct shop shop;
    open_shop(&shop, seed);
    write_days(&shop, folder, "item_prices/item_prices.csv", 0, DAYS);
    write_days(&shop, folder, "item_prices_new/item_prices_2024-01.csv", DAYS,
               DAYS + LATER);
}
