#include "help/strd.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help/help.h"

double strd_digits(double found, double certified)
{
    double error = fabs(found - certified) / (certified != 0 ? fabs(certified) : 1);
    return error > 1e-15 ? -log10(error) : isnan(error) ? -INFINITY : 15;
}

/* The last number of a line. */
static double last_number(const char *line)
{
    double value = NAN;
    for (const char *p = line; *p;) {
        char *end;
        double x = strtod(p, &end);
        if (end != p && (isspace((unsigned char)*end) || *end == '\0'))
            value = x;
        p = end != p ? end : p + 1;
    }
    return value;
}

static void read_certified(const char *line, struct strd *s)
{
    const char *text = line + strspn(line, " \t");
    unsigned which;
    double value, error;
    if (sscanf(text, "B%u %lf %lf", &which, &value, &error) == 3 &&
        s->parameters < STRD_PARAMETERS) {
        s->intercept = s->intercept || which == 0;
        s->coefficient[s->parameters] = value;
        s->error[s->parameters++] = error;
    } else if (strncmp(text, "Sample Mean", 11) == 0) {
        s->mean = last_number(line);
    } else if (strncmp(text, "Sample Standard", 15) == 0) {
        s->std = last_number(line);
    } else if (strncmp(text, "Sample Auto", 11) == 0) {
        s->lag1 = last_number(line);
    } else if (strncmp(text, "Standard Deviation ", 19) == 0 &&
               !isnan(last_number(line))) {
        s->residual_std = last_number(line);
    } else if (strncmp(text, "R-Squared", 9) == 0) {
        s->r2 = last_number(line);
    }
}

static void read_row(const char *line, struct strd *s)
{
    size_t c = 0;
    for (const char *p = line; c < STRD_COLUMNS && s->rows < STRD_ROWS; c++) {
        char *end;
        double x = strtod(p, &end);
        if (end == p)
            break;
        s->data[c][s->rows] = x;
        p = end;
    }
    if (c > 0) {
        s->columns = c;
        s->rows++;
    }
}

/* The data follow the last line that begins with "Data". */
static const char *data_of(const char *text)
{
    const char *found = text;
    for (const char *p = text; (p = strstr(p, "\nData")); p++)
        found = p + 1;
    return found;
}

const struct strd *strd_read(const char *name)
{
    static struct strd s;
    char path[200], line[400];
    snprintf(path, sizeof path, "corpora/nist-strd/data/NIST/%s.dat", name);
    const char *full = help_shared(path);
    const char *text = full ? help_read(full, NULL) : NULL;
    if (!text)
        return NULL;
    memset(&s, 0, sizeof s);
    const char *data = data_of(text);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        snprintf(line, sizeof line, "%.*s", (int)n, p);
        if (p > data)
            read_row(line, &s);
        else if (p < data)
            read_certified(line, &s);
        p += n + (p[n] == '\n');
    }
    return &s;
}
