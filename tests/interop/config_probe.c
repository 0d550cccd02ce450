/* Says what the library makes of a configuration, for config.py to compare.
 *
 *     config_probe remote                 the remote of the working folder, a line a field
 *     config_probe ini dvc|aws FILE       the values, as lines of JSON: section, key, value
 *
 * The exit status is that of the library; the error's message is printed then. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "remote/credentials.h"

static int fail(const struct error *err)
{
    error_print(err, "error", 0, stdout);
    return (int)err->status;
}

static void say(const char *name, const char *value)
{
    if (value)
        printf("%s\t%s\n", name, value);
}

static int show_remote(struct arena *mem)
{
    struct dvc_config config;
    struct remote_config c;
    struct error warning, err = {0};
    if (dvc_config_read(mem, &config, &err) ||
        remote_config_read(&config, NULL, false, mem, &c, &warning, &err))
        return fail(&err);
    say("folder", c.folder);
    say("bucket", c.bucket);
    say("endpoint", c.endpoint);
    say("region", c.region);
    say("access_key", c.access_key);
    say("secret_key", c.secret_key);
    say("session_token", c.session_token);
    say("source", c.source);
    say("warning", warning.message[0] ? warning.message : NULL);
    remote_config_forget(&c);
    return 0;
}

static int show_ini(enum ini_dialect dialect, const char *path, struct arena *mem)
{
    struct ini ini;
    struct error err = {0};
    if (ini_read(path, dialect, mem, &ini, &err))
        return fail(&err);
    for (size_t i = 0; i < ini.n; i++) {
        json_t *row = json_pack("[sssb]", ini.v[i].section, ini.v[i].key, ini.v[i].value,
                                ini.v[i].list);
        json_dumpf(row, stdout, 0);
        printf("\n");
        json_decref(row);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct arena mem = {0};
    int status = 2;
    if (argc == 2 && strcmp(argv[1], "remote") == 0)
        status = show_remote(&mem);
    else if (argc == 4 && strcmp(argv[1], "ini") == 0)
        status = show_ini(strcmp(argv[2], "dvc") ? INI_AWS : INI_DVC, argv[3], &mem);
    arena_release(&mem);
    return status;
}
