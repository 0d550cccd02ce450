/* Set-up of the tests of what is said about a run: the toy pipeline's artifacts in a
 * folder, and the report that is read from them.  Static, as repo.h says. */
#ifndef TESTS_REPORT_H
#define TESTS_REPORT_H

#include <criterion/criterion.h>

#include "help/artifacts.h"
#include "help/help.h"
#include "report/report.h"

static struct arena mem;
static struct pipeline pipeline;
static struct again run;
static struct report report;
static struct error err;
static const char *folder, *reports;

static inline void help_report_begin(void)
{
    folder = help_folder();
    artifacts_write(folder);
    artifacts_run(folder, &mem, &pipeline, &run);
}

static inline void help_report_end(void)
{
    arena_release(&mem);
}

/* Reads them all, as the test has left them. */
static inline void help_report_read(void)
{
    cr_assert_eq(report_read(&run, reports, &mem, &report, &err), STATUS_OK, "%s: %s",
                 err.loc.path, err.message);
}

#endif
