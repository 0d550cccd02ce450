/* Puts the line together.
 *
 * All of this may be done in a handler of a signal: the line grows in an array of its own,
 * numbers are put down digit by digit, and nothing but write is called. */
#include "stage/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/restart.h"
#include "base/stop.h"

/* More than all texts of a struct error take with every byte escaped twice. */
enum { LINE_BYTES = 24 * 1024 };

static const char line_start[] = "{\"stage\": \"";

/* The one of this process. */
static struct {
    int fd;
    const char *path;
    const struct run *run;
    double started_s;
    atomic_bool written;
    bool broken; // the last line of the file has no end: the disk was full
    size_t n;
    char line[LINE_BYTES];
} record;

static void put(const char *p, size_t n)
{
    if (n <= LINE_BYTES - record.n)
        memcpy(record.line + record.n, p, n);
    record.n += n <= LINE_BYTES - record.n ? n : 0;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void put_number(uint64_t x)
{
    char digits[20], *p = digits + sizeof digits;
    do
        *--p = (char)('0' + x % 10);
    while ((x /= 10) > 0);
    put(p, (size_t)(digits + sizeof digits - p));
}

/* In quotes, what is not plain text as messages show it. */
static void put_string(const char *text)
{
    size_t n = strlen(text);
    put_text("\"");
    while (n > 0) {
        char shown[TEXT_ESCAPED], *end = shown;
        size_t took = text_escape(&end, text, n);
        for (const char *p = shown; p < end; p++) {
            put("\\", *p == '"' || *p == '\\');
            put(p, 1);
        }
        text += took;
        n -= took;
    }
    put_text("\"");
}

/* null for what is not known. */
static void put_member(const char *name, const char *text)
{
    put_text(name);
    if (text && text[0])
        put_string(text);
    else
        put_text("null");
}

static void put_count(const char *name, uint64_t x)
{
    put_text(name);
    put_number(x);
}

static void put_place(const char *name, size_t x)
{
    put_text(name);
    if (x > 0)
        put_number(x);
    else
        put_text("null");
}

static void put_error(const struct error *e)
{
    put_member("{\"path\": ", e->loc.path);
    put_place(", \"line\": ", e->loc.line);
    put_place(", \"column\": ", e->loc.col);
    put_member(", \"field\": ", e->loc.field);
    put_member(", \"message\": ", e->message);
    put_member(", \"hint\": ", e->hint);
    put_text("}");
}

/* Seconds to the millisecond. */
static void put_seconds(double s)
{
    uint64_t ms = s > 0 ? (uint64_t)(1000 * s + 0.5) : 0;
    put_count(", \"seconds\": ", ms / 1000);
    put_text(ms % 1000 < 10 ? ".00" : ms % 1000 < 100 ? ".0" : ".");
    put_number(ms % 1000);
}

static uint64_t peak_bytes(void)
{
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

/* The line for a status, and an error that was not told as a fault, or NULL. */
static void put_line(int status, const struct error *error)
{
    const struct run *run = record.run;
    bool fault = run->n_errors > 0;
    record.n = 0;
    put("\n", record.broken);
    put_text(line_start);
    put_text(run->stage->name);
    put_member("\", \"pipeline\": ", run->pipeline.name);
    put_count(", \"status\": ", (uint64_t)status);
    put_count(", \"rows_in\": ", run->rows_in);
    put_count(", \"rows_out\": ", run->rows_out);
    put_count(", \"errors\": ", run->n_errors + (error != NULL));
    put_count(", \"warnings\": ", run->n_warnings);
    put_seconds(progress_clock_s() - record.started_s);
    put_count(", \"peak_bytes\": ", peak_bytes());
    put_text(", \"error\": ");
    if (fault || error)
        put_error(fault ? &run->first : error);
    else
        put_text("null");
    put_text("}\n");
}

/* False when there is no line to write, or it was written. */
static bool begin_line(void)
{
    return record.path && !atomic_exchange(&record.written, true);
}

static bool write_line(void)
{
    return restart_write(record.fd, record.line, record.n);
}

void record_signal(int number)
{
    struct error error = {0};
    if (!begin_line())
        return;
    const char *name = stop_name(number);
    memcpy(error.message, "stopped by ", 11);
    memcpy(error.message + 11, name, strlen(name));
    put_line(STATUS_STOPPED + number, &error);
    (void)write_line();
}

/* Whose last words are "out of memory …". */
static void record_end(const char *subject, const char *what)
{
    struct error error = {0};
    size_t n = strlen(subject), room = sizeof error.message - 2;
    if (!begin_line())
        return;
    n = n < room ? n : room;
    size_t rest = strlen(what) < room - n ? strlen(what) : room - n;
    memcpy(error.message, subject, n);
    error.message[n] = ' ';
    memcpy(error.message + n + 1, what, rest);
    put_line(STATUS_ENVIRONMENT, &error);
    (void)write_line();
}

enum status record_write(enum status status, const struct error *error, struct error *err)
{
    bool stopped = status == STATUS_STOPPED, told = !error->message[0];
    if (!begin_line())
        return STATUS_OK;
    put_line((int)status + (stopped ? stop_signal() : 0),
             status == STATUS_OK || told ? NULL : error);
    if (!write_line())
        return error_errno(err, "could not write the record to %s",
                           QUOTE_PATH(record.path));
    return STATUS_OK;
}

/* Another file is not a place for records: a name that was mistyped does no harm. */
static enum status check_file(int written, const char *path, struct error *err)
{
    char start[sizeof line_start - 1], last = '\n';
    struct stat st;
    if (fstat(written, &st) < 0)
        return error_errno(err, "could not open %s", QUOTE_PATH(path));
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        return STATUS_OK;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, "could not read %s", QUOTE_PATH(path));
    bool ours = pread(fd, start, sizeof start, 0) == (ssize_t)sizeof start &&
                memcmp(start, line_start, sizeof start) == 0;
    record.broken = pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
    close(fd);
    if (ours)
        return STATUS_OK;
    error_set(err, STATUS_INPUT, "expected records of runs, found something else");
    error_at(err, path, 1, 0);
    error_hint(err, "--record adds lines to a file of its own, or begins one");
    return STATUS_INPUT;
}

enum status record_check(const struct publish *publish, struct error *err)
{
    struct stat ours, there;
    if (!record.path || fstat(record.fd, &ours) < 0)
        return STATUS_OK;
    for (size_t i = 0; i < publish->n; i++) {
        const char *path = publish->outputs[i]->path;
        if (stat(path, &there) < 0 || there.st_dev != ours.st_dev ||
            there.st_ino != ours.st_ino)
            continue;
        error_set(err, STATUS_USAGE, "%s is what this run makes, and takes no records",
                  QUOTE_PATH(path));
        error_hint(err, "--record adds lines to a file of its own, or begins one");
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

enum status record_open(const char *path, const struct run *run, double started_s,
                        struct error *err)
{
    // A pipe that nobody reads is an error, not a wait.
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags, 0644);
    if (fd < 0)
        return error_errno(err, "could not open %s", QUOTE_PATH(path));
    enum status status = check_file(fd, path, err);
    if (status != STATUS_OK) {
        close(fd);
        return status;
    }
    record.fd = fd;
    record.run = run;
    record.started_s = started_s;
    record.path = path;
    on_last_words(record_end);
    return STATUS_OK;
}
