/* Months or days, as the pipeline says. */
#include "data/key.h"

#include "base/date.h"

bool key_is_month(const struct pipeline *p)
{
    return p->time.column && strcmp(p->time.step, "month") == 0;
}

const char *key_name(const struct pipeline *p)
{
    if (!p->time.column)
        return NULL;
    return key_is_month(p) ? "month" : "day";
}

const char *key_text(const struct pipeline *p, int32_t key, char *buffer)
{
    return key_is_month(p) ? month_text(key, buffer) : date_text(key, buffer);
}

json_t *key_json(const struct pipeline *p, int32_t key)
{
    char buffer[16];
    return p->time.column ? json_string(key_text(p, key, buffer)) : json_null();
}

int32_t key_add(const struct pipeline *p, int32_t key, int32_t steps)
{
    return key_is_month(p) ? month_add(key, steps) : key + steps;
}
