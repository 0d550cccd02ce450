/* The note: a line a file. */
#include "plan/seen.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file/file.h"
#include "plan/roster.h"

#define NOTE "plan.seen"
enum { MAX_NOTE = 1 << 26, YOUNG_S = 2 }; // some file systems keep whole seconds

/* Adds a file; false for one that is too young.  One that is not there has no state. */
static bool add(const char *path, struct text *out)
{
    struct stat st;
    struct timespec now;
    if (stat(path, &st) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0) {
        text_addf(out, "- %s\n", path);
        return true;
    }
    text_addf(out,
              "%" PRIuMAX " %" PRIuMAX " %" PRIdMAX " %" PRIdMAX ".%09ld %" PRIdMAX
              ".%09ld %s\n",
              (uintmax_t)st.st_dev, (uintmax_t)st.st_ino, (intmax_t)st.st_size,
              (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
              (intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec, path);
    return st.st_mtim.tv_sec + YOUNG_S < now.tv_sec &&
           st.st_ctim.tv_sec + YOUNG_S < now.tv_sec;
}

bool seen_now(const struct seen_request *request, struct text *out)
{
    const char **names;
    size_t n;
    struct error none;
    if (roster_list(request->pipelines, out->mem, &names, &n, &none) != STATUS_OK)
        return false;
    text_addf(out, "%s\n", request->options);
    bool settled = add("/proc/self/exe", out);
    for (size_t i = 0; i < request->files.n; i++)
        settled &= add(request->files.v[i], out);
    for (size_t i = 0; i < n; i++)
        settled &= add(file_join(out->mem, request->pipelines, names[i]), out);
    return settled;
}

bool seen_is_noted(const struct seen_request *request, const struct text *now)
{
    struct view found;
    struct error none;
    const char *path = file_join(now->mem, request->into, NOTE);
    return file_exists(path) &&
           file_read(path, MAX_NOTE, now->mem, &found, &none) == STATUS_OK &&
           view_eq(found, (struct view){now->p, now->n});
}

void seen_note(const struct seen_request *request, const struct text *now)
{
    const struct view part = {now->p, now->n};
    int folder = open(request->into, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return;
    (void)temporary_replace(folder, NOTE, &part, 1);
    close(folder);
}
