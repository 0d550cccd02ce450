/* Set-up of the tests of what is said about a run: the toy pipeline's artifacts in a
 * folder, and the report that is read from them.  Static, as repo.h says. */
#ifndef TESTS_REPORT_H
#define TESTS_REPORT_H

#include <criterion/criterion.h>

#include "help/artifacts.h"
#include "help/help.h"
#include "report/report.h"

static struct arena mem;
static struct run run;
static struct report report;
static struct error err;
static const char *folder;

static inline void help_report_begin(void)
{
    folder = help_folder();
    artifacts_write(folder);
    artifacts_run(folder, &mem, &run);
}

static inline void help_report_end(void)
{
    arena_release(&mem);
}

/* Reads them all, as the test has left them. */
static inline void help_report_read(void)
{
    cr_assert_eq(report_read(&run, &report, &err), STATUS_OK, "%s: %s", err.loc.path,
                 err.message);
}

#endif
