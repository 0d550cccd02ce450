/* The note of what was looked at. */
#include "file/seen.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

enum {
    MAX_NOTE = 1 << 26,
    YOUNG_S = 2,     // some file systems keep whole seconds
    DIGEST_HEX = 16, // digits
};

/* How a file stands at a path; zeros where none does. */
struct seen_state {
    uint64_t device, inode, bytes, mode;
    int64_t modified_s, modified_ns, changed_s, changed_ns;
};

static struct seen_state state_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return (struct seen_state){0};
    return (struct seen_state){.device = (uint64_t)st.st_dev,
                               .inode = (uint64_t)st.st_ino,
                               .bytes = (uint64_t)st.st_size,
                               .mode = (uint64_t)st.st_mode,
                               .modified_s = (int64_t)st.st_mtim.tv_sec,
                               .modified_ns = (int64_t)st.st_mtim.tv_nsec,
                               .changed_s = (int64_t)st.st_ctim.tv_sec,
                               .changed_ns = (int64_t)st.st_ctim.tv_nsec};
}

void seen_begin(struct seen *seen, const char *question, struct arena *mem)
{
    *seen = (struct seen){.list = {.mem = mem}, .digest = TEXT_HASH_START};
    seen->begun_s = time(NULL);
    seen->settled = true;
    text_add(&seen->list, question, strlen(question) + 1);
}

/* Returns whether a folder stands there. */
static bool add(struct seen *seen, const char *path)
{
    const struct seen_state state = state_of(path);
    size_t n = strlen(path) + 1;
    text_add(&seen->list, path, n);
    seen->digest = text_hash(seen->digest, path, n);
    seen->digest = text_hash(seen->digest, &state, sizeof(state));
    seen->settled &= state.modified_s + YOUNG_S < seen->begun_s &&
                     state.changed_s + YOUNG_S < seen->begun_s;
    return S_ISDIR(state.mode);
}

void seen_add(struct seen *seen, const char *path)
{
    (void)add(seen, path);
}

static bool is_link(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static void add_below(struct seen *seen, const char *path)
{
    struct dirent *entry;
    DIR *dir = opendir(path);
    seen->settled &= dir != NULL;
    while (dir && (entry = readdir(dir)) != NULL) {
        const char *below = file_join(seen->list.mem, path, entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!add(seen, below))
            continue;
        if (is_link(below)) // it may lead anywhere, also back up
            seen->settled = false;
        else
            add_below(seen, below);
    }
    if (dir)
        closedir(dir);
}

void seen_add_tree(struct seen *seen, const char *path)
{
    if (add(seen, path))
        add_below(seen, path);
}

static void print_digest(const struct seen *seen, char hex[DIGEST_HEX + 1])
{
    snprintf(hex, DIGEST_HEX + 1, "%016" PRIx64, seen->digest);
}

bool seen_holds(const char *note, const char *question, struct arena *mem)
{
    struct view found;
    struct error none;
    struct seen now;
    char hex[DIGEST_HEX + 1];
    size_t at = DIGEST_HEX + strlen(question) + 1;
    if (!file_exists(note) || file_read(note, MAX_NOTE, mem, &found, &none) != STATUS_OK)
        return false;
    if (found.n < at || memcmp(found.p + DIGEST_HEX, question, at - DIGEST_HEX) != 0)
        return false;
    seen_begin(&now, question, mem);
    for (; at < found.n; at += strlen(found.p + at) + 1)
        seen_add(&now, found.p + at);
    print_digest(&now, hex);
    return memcmp(found.p, hex, DIGEST_HEX) == 0;
}

void seen_write(const struct seen *seen, const char *note)
{
    char hex[DIGEST_HEX + 1];
    int folder =
        open(file_folder(seen->list.mem, note), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    print_digest(seen, hex);
    const struct view part[] = {{hex, DIGEST_HEX}, {seen->list.p, seen->list.n}};
    if (folder < 0)
        return;
    if (seen->settled)
        (void)temporary_replace(folder, file_name(note), part, COUNT_OF(part));
    close(folder);
}
