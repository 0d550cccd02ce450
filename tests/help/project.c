/* Files of a project.  Nothing of the DVC side is used, since every test links this. */
#include "help/project.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <unistd.h>

#include "file/file.h"
#include "help/help.h"

const char *help_enter(void)
{
    const char *folder = help_folder();
    cr_assert_eq(chdir(folder), 0);
    setenv("DVC_GLOBAL_CONFIG_DIR", "none", 1);
    setenv("DVC_SYSTEM_CONFIG_DIR", "none", 1);
    return folder;
}

void help_put(const char *path, const char *text)
{
    struct arena mem = {0};
    struct error err;
    cr_assert_eq(file_make_folder(file_folder(&mem, path), &err), STATUS_OK, "%s", path);
    help_write_text(path, text);
    arena_release(&mem);
}

void help_put_object(const char *place, const char *key, const char *text)
{
    struct arena mem = {0};
    const char *path = file_join(&mem, place, key);
    (void)unlink(path); // it may be there, and cannot be written to
    help_put(path, text);
    cr_assert_eq(chmod(path, 0444), 0);
    arena_release(&mem);
}

struct stat help_look(const char *path)
{
    struct stat st = {0};
    cr_assert_eq(lstat(path, &st), 0, "%s", path);
    return st;
}
