/* Toy artifacts, as docs/formats.md describes them. */
#include "help/artifacts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/checksum.h"
#include "file/file.h"
#include "help/help.h"
#include "help/sealed.h"

static const char pipeline[] = "title: Toy <price> & more\n"
                               "task: regression\n"
                               "time: {column: month, step: month}\n"
                               "target: price\n"
                               "seed: 42\n"
                               "split: {method: shuffled, test: 0.3}\n"
                               "train:\n"
                               "  folds: 2\n"
                               "  score: r2\n"
                               "  steps:\n"
                               "    - scale: {}\n"
                               "    - select: {by: f_score, k: [1, 2]}\n"
                               "    - polynomial: {degree: [1, 2]}\n"
                               "    - ridge: {alpha: [1, 0.1]}\n";

static const struct {
    const char *name, *text;
} files[] = {
    {"ingest.json",
     "{\"pipeline\": \"toy\", \"sources\": [{\"name\": \"shop\", \"rows\": 11, "
     "\"columns\": [\"price\", \"<b>&\\\"'\"], \"first\": \"2019-10\", \"last\": "
     "\"2020-08\", "
     "\"files\": [{\"file\": \"shop.csv\", \"rows\": 11, \"loaded\": 10, \"refused\": 1, "
     "\"arrival\": false, \"refused_whole\": null}, "
     "{\"file\": \"shop_new.csv\", \"rows\": 2, \"loaded\": 1, \"refused\": 1, "
     "\"arrival\": true, \"refused_whole\": null}, "
     "{\"file\": \"shop_bad.csv\", \"rows\": 3, \"loaded\": 0, \"refused\": 3, "
     "\"arrival\": true, \"refused_whole\": \"no column 'price'\"}]}], "
     "\"rejected\": 2, \"reasons\": {\"value\": 2}}\n"},
    {"rejects.csv", "file,line,column,value,reason\n"
                    "shop.csv,5,price,<script>,\"expected a number, found '<script>'\"\n"
                    "shop_new.csv,3,price,'=1+2,\"expected a number, found '=1+2'\"\n"},
    {"quality.json",
     "{\"rows\": 10, \"columns\": 2, \"first\": \"2019-11\", \"last\": \"2020-08\", "
     "\"sources\": [{\"name\": \"shop\", \"rows\": 11, \"kept\": 10, \"first\": "
     "\"2019-11\", "
     "\"last\": \"2020-08\", \"dropped\": {\"missing\": 1, \"range\": 0}, "
     "\"complete\": [[\"2019-11\", \"2020-08\"]]}], \"dropped\": [], "
     "\"repaired\": {\"cells\": 2, \"rule\": \"<rule>\", \"columns\": [], \"list\": ["
     "{\"source\": \"shop\", \"column\": \"<b>&\\\"'\", \"key\": \"2019-12\", "
     "\"found\": \"12345\", \"repaired\": \"123450\"}, "
     "{\"source\": \"shop\", \"column\": \"<b>&\\\"'\", \"key\": \"2020-01\", "
     "\"found\": \"1.5\", \"repaired\": \"15x\"}]}, \"jumps\": [], "
     "\"arrived\": {\"rows\": 1, \"first\": \"2020-08\", \"last\": \"2020-08\"}}\n"},
    {"features.json",
     "{\"rows\": 8, \"target\": \"price\", \"first\": \"2020-01\", \"last\": "
     "\"2020-08\", "
     "\"dropped\": 2, \"features\": ["
     "{\"name\": \"price_lag1\", \"column\": \"price\", \"formula\": \"last\", "
     "\"window\": 1, \"min_periods\": 1, \"shift\": 1, \"lead\": 0}, "
     "{\"name\": \"<b>&\\\"'_lag1\", \"column\": \"<b>&\\\"'\", \"formula\": \"last\", "
     "\"window\": 1, \"min_periods\": 1, \"shift\": 1, \"lead\": 0}, "
     "{\"name\": \"price_mean3_lag1\", \"column\": \"price\", \"formula\": \"mean\", "
     "\"window\": 3, \"min_periods\": 3, \"shift\": 1, \"lead\": 0}], "
     "\"upcoming\": [\"2020-09\"]}\n"},
    {"search.csv",
     "ridge.alpha,polynomial.degree,select.k,score_1,score_2,score_mean,rank\n"
     "1,1,1,0.7,0.9,0.8,4\n"
     "1,1,2,0.75,0.95,0.85,2\n"
     "1,2,1,0.1,0.3,0.2,6\n"
     "1,2,2,-10,-20,-15,8\n"
     "0.1,1,1,0.7,0.92,0.81,3\n"
     "0.1,1,2,0.8,1,0.9,1\n"
     "0.1,2,1,0.2,0.6,0.4,5\n"
     "0.1,2,2,0,-2,-1,7\n"},
    {"history.csv", "epoch,train_loss,check_loss,train_score,check_score\n"},
    {"model.json",
     "{\"format\": \"nightmill-model\", \"version\": 1, \"pipeline\": \"toy\", "
     "\"task\": \"regression\", \"target\": \"price\", \"classes\": [], "
     "\"answer\": \"values\", \"features\": [\"price_lag1\", \"<b>&\\\"'_lag1\", "
     "\"price_mean3_lag1\"], "
     "\"texts\": [], "
     "\"search\": {\"score\": \"r2\", \"cells\": 8, \"folds\": 2}, "
     "\"steps\": [{\"scale\": {}}, "
     "{\"select\": {\"by\": \"f_score\", \"kept\": [0, 2], \"scores\": [50.5, 1.25, "
     "70]}}, "
     "{\"polynomial\": {\"degree\": 1}}, {\"ridge\": {\"alpha\": 0.1}}]}\n"},
    {"metrics.json",
     "{\"task\": \"regression\", \"target\": \"price\", "
     "\"holdout\": {\"n\": 3, \"rmse\": 1.0, \"mae\": 1.0, \"r2\": 0.625, \"bias\": "
     "-0.33}, "
     "\"training\": {\"n\": 4, \"rmse\": 0.70710678118654757, \"mae\": 0.5, \"r2\": "
     "0.84, "
     "\"bias\": 0.0}, "
     "\"all\": {\"n\": 7, \"rmse\": 0.84, \"mae\": 0.71, \"r2\": 0.8, \"bias\": 0.0}, "
     "\"arrived\": {\"n\": 1, \"rmse\": 4.0, \"mae\": 4.0, \"r2\": null, \"bias\": -4.0, "
     "\"first\": \"2020-08\", \"last\": \"2020-08\"}, "
     "\"baselines\": {\"naive\": {\"n\": 3, \"rmse\": 2.3804761428476167, \"mae\": 2.33, "
     "\"r2\": -1.1, \"bias\": -1.0}, \"best_guess\": {\"n\": 0, \"rmse\": null, "
     "\"mae\": null, \"r2\": null, \"bias\": null}}, "
     "\"arrived_baselines\": {\"naive\": {\"n\": 1, \"rmse\": 4.0, \"mae\": 4.0, "
     "\"r2\": null, \"bias\": -4.0}}, "
     "\"beats\": {\"naive\": true}}\n"},
    {"residuals.csv", "month,actual,prediction,residual,part,naive,best_guess\n"},
    {"residuals.json",
     "{\"by\": \"month\", \"rows\": 8, \"every\": 1, \"largest\": 20, \"parts\": ["
     "{\"part\": \"train\", \"n\": 4, \"first\": \"2020-01\", \"last\": \"2020-05\", "
     "\"worst\": {\"key\": \"2020-01\", \"actual\": 10, \"prediction\": 11, "
     "\"part\": \"train\"}}, "
     "{\"part\": \"holdout\", \"n\": 3, \"first\": \"2020-03\", \"last\": "
     "\"2020-07\", \"worst\": {\"key\": \"2020-03\", \"actual\": 14, "
     "\"prediction\": 13, \"part\": \"holdout\"}}, "
     "{\"part\": \"arrived\", \"n\": 1, \"first\": \"2020-08\", \"last\": "
     "\"2020-08\", \"worst\": {\"key\": \"2020-08\", \"actual\": 20, "
     "\"prediction\": 16, \"part\": \"arrived\"}}], \"points\": ["
     "[\"2020-01\", 10, 11, \"train\"], [\"2020-02\", 12, 11, \"train\"], "
     "[\"2020-03\", 14, 13, \"holdout\"], [\"2020-04\", 13, 13, \"train\"], "
     "[\"2020-05\", 15, 15, \"train\"], [\"2020-06\", 18, 17, \"holdout\"], "
     "[\"2020-07\", 16, 17, \"holdout\"], [\"2020-08\", 20, 16, \"arrived\"]], "
     "\"last\": [], \"baselines\": ["
     "{\"part\": \"holdout\", \"baseline\": \"naive\", \"n\": 3, \"rmse\": 1.0, "
     "\"errors\": -2.8}, "
     "{\"part\": \"holdout\", \"baseline\": \"best_guess\", \"n\": 3, \"rmse\": 1.0, "
     "\"errors\": null}, "
     "{\"part\": \"arrived\", \"baseline\": \"naive\", \"n\": 1, \"rmse\": 4.0, "
     "\"errors\": null}]}\n"},
    {"classification.json",
     "{\"task\": \"regression\", \"n\": 0, \"classes\": [], \"other_classes\": 0, "
     "\"confusion\": [], \"confidence\": null, \"baselines\": []}\n"},
    {"importances.json",
     "{\"score\": \"rmse\", \"rows\": 2, \"repeats\": 5, \"value\": 1.0, \"features\": ["
     "{\"name\": \"price_lag1\", \"mean\": 0.5, \"std\": 0.1}, "
     "{\"name\": \"<rain>\", \"mean\": null, \"std\": null}], \"other_features\": 3, "
     "\"columns\": [{\"name\": \"price_lag1\", \"share\": 0.75}], \"other_columns\": 0, "
     "\"figures\": [{\"name\": \"n_iter\", \"value\": 12}]}\n"},
    {"backtest.csv", "origin,horizon,month,actual,prediction,lower,upper,naive\n"},
    {"backtest.json",
     "{\"task\": \"regression\", \"target\": \"price\", \"judge\": \"rmse\", "
     "\"step\": \"month\", \"season\": 12, \"plan\": null, \"why\": \"it is a toy\", "
     "\"rows\": 0, \"level\": null, \"log\": false, \"all\": null, \"spans\": [], "
     "\"horizons\": [], \"seasons\": [], \"years\": [], \"groups\": null, "
     "\"leaks\": {\"origins\": 0, \"columns\": 0, \"rows\": 0, "
     "\"proof\": {\"from\": null, \"fits\": 0, \"answers\": 0, \"why\": \"none\"}, "
     "\"found\": []}}\n"},
    {"verdict.json",
     "{\"pipeline\": \"toy\", \"outcome\": \"promoted\", "
     "\"says\": \"the candidate is promoted; production predicts\", "
     "\"candidate\": {\"version\": 0, \"model\": [\"xxh64\", \"@MODEL@@@MODEL@@\"], "
     "\"figure\": \"rmse\", \"value\": 1.0}, \"production\": null, \"challenge\": null, "
     "\"ungated\": \"promoted\", \"predicts\": {\"version\": 0, "
     "\"model\": [\"xxh64\", \"@MODEL@@@MODEL@@\"], \"of\": \"production\"}, "
     "\"rules\": [{\"rule\": \"beats\", \"of\": \"naive\", \"at_least\": 0, "
     "\"at_most\": null, \"found\": 0.58, \"by\": 0.58, \"passed\": true, "
     "\"says\": \"RMSE 1 against <2.38>\"}]}\n"},
    {"predictions.json", "{\"pipeline\": \"toy\", \"target\": \"price\"}\n"},
    {"predictions.csv", "month,actual,prediction\n"
                        "2020-09,,21.5\n"},
};

/* Which table each document vouches for: the first one that is there, a model for both. */
static const struct {
    const char *document, *table;
} beside[] = {
    {"ingest.json", "rejects.csv"},          {"model.json", "search.csv"},
    {"model.json", "history.csv"},           {"residuals.json", "residuals.csv"},
    {"metrics.json", "residuals.json"},      {"classification.json", "residuals.json"},
    {"backtest.json", "backtest.csv"},       {"predictions.json", "predictions.arrow"},
    {"predictions.json", "predictions.csv"},
};

/* Which documents say of which model they are. */
static const char *const of_model[] = {
    "residuals.json", "metrics.json", "classification.json", "importances.json",
    "backtest.json",  "verdict.json", "predictions.json"};

/* What a test changes, before it gets its checksums. */
static const char *plain(const char *folder, const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s.plain", folder, name);
    return path;
}

/* The file's bytes; NULL where it is not there (yet). */
static char *bytes_of(const char *path, struct arena *mem, size_t *ret_n)
{
    struct view bytes;
    struct error none;
    if (file_read(path, 1 << 20, mem, &bytes, &none) != STATUS_OK)
        return NULL;
    *ret_n = bytes.n;
    return arena_copy(mem, bytes.p, bytes.n); // with a NUL behind
}

/* The checksum of model.json, which stands in front of its last line; NULL: not there. */
static const char *model_sum(const char *folder, struct arena *mem)
{
    size_t n;
    char path[512];
    snprintf(path, sizeof path, "%s/model.json", folder);
    const char *model = bytes_of(path, mem, &n);
    const char *at = model ? strstr(model, "\"xxh64\", \"") : NULL;
    return at ? at + strlen("\"xxh64\", \"") : NULL;
}

/* Adds it to what says of which model it is; verdict.json has it in places of its own. */
static void add_model(const char *folder, const char *name, char *text, struct arena *mem,
                      struct text *more)
{
    static const char place[] = "@MODEL@@@MODEL@@";
    const char *sum = model_sum(folder, mem);
    for (char *at = text; sum && at && (at = strstr(at, place)) != NULL;)
        memcpy(at, sum, CHECKSUM_DIGITS);
    for (size_t i = 0; sum && i < COUNT_OF(of_model); i++)
        if (strcmp(of_model[i], name) == 0 && strcmp(name, "verdict.json") != 0)
            text_addf(more, ",\n  \"model\": [\"xxh64\", \"%.16s\"]", sum);
}

/* Adds how many rows a table has, and that they have no bands, where the text does not say
 * so. */
static void add_rows(const char *name, const char *text, const char *table, size_t n,
                     struct text *more)
{
    size_t lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += table[i] == '\n';
    if (strcmp(name, "predictions.json") == 0 && text && !strstr(text, "\"rows\""))
        text_addf(more, ",\n  \"rows\": %zu", lines > 0 ? lines - 1 : 0);
    if (strcmp(name, "predictions.json") == 0 && text && !strstr(text, "\"level\""))
        text_puts(more, ",\n  \"level\": null");
}

static void seal(const char *folder, const char *name)
{
    size_t n, n_table;
    struct arena mem = {0};
    char *text = bytes_of(plain(folder, name), &mem, &n);
    struct text more = {.mem = &mem};
    const char *before = ",\n  \"tables\": [";
    text_puts(&more, ",\n  \"options\": []");
    add_model(folder, name, text, &mem, &more);
    for (size_t i = 0; i < COUNT_OF(beside); i++) {
        char path[512], digits[CHECKSUM_TEXT];
        struct checksum sum;
        snprintf(path, sizeof path, "%s/%s", folder, beside[i].table);
        const char *table = bytes_of(path, &mem, &n_table);
        if (strcmp(beside[i].document, name) != 0 || !table)
            continue;
        add_rows(name, text, table, n_table, &more);
        checksum_begin(&sum);
        checksum_add(&sum, table, n_table);
        checksum_text(&sum, digits);
        text_addf(&more, "%s{\"file\": \"%s\", \"bytes\": %zu, \"checksum\": \"%s\"}",
                  before, beside[i].table, n_table, digits);
        before = ", ";
        if (strcmp(name, "model.json") != 0)
            break;
    }
    if (before[1] == ' ')
        text_puts(&more, "]");
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (text)
        help_write_sealed(path, text, n, more.p);
    arena_release(&mem);
    for (size_t i = 0; i < COUNT_OF(beside); i++)
        if (strcmp(beside[i].table, name) == 0)
            seal(folder, beside[i].document);
}

/* The model that predicts is the one that was learnt. */
static void put_production(const char *folder)
{
    struct arena mem = {0};
    struct error err;
    char path[512];
    size_t n;
    snprintf(path, sizeof path, "%s/model.json", folder);
    const char *model = bytes_of(path, &mem, &n);
    snprintf(path, sizeof path, "%s/production", folder);
    if (model && file_make_folder(path, &err) == STATUS_OK)
        help_write(help_path(path, "model.json"), model, n);
    arena_release(&mem);
}

void artifacts_put(const char *folder, const char *name, const char *bytes, size_t n)
{
    help_write(plain(folder, name), bytes, n);
    if (strstr(name, ".json"))
        seal(folder, name);
    else
        help_write(help_path(folder, name), bytes, n);
    for (size_t i = 0; i < COUNT_OF(beside); i++)
        if (!strstr(name, ".json") && strcmp(beside[i].table, name) == 0)
            seal(folder, beside[i].document);
    bool model = strcmp(name, "model.json") == 0 || strcmp(name, "search.csv") == 0 ||
                 strcmp(name, "history.csv") == 0;
    if (model)
        put_production(folder);
    for (size_t i = 0; model && i < COUNT_OF(of_model); i++)
        seal(folder, of_model[i]);
}

const char *artifacts_get(const char *folder, const char *name, size_t *ret_n)
{
    return help_read(plain(folder, name), ret_n);
}

void artifacts_write(const char *folder)
{
    for (size_t i = 0; i < COUNT_OF(files); i++)
        artifacts_put(folder, files[i].name, files[i].text, strlen(files[i].text));
}

void artifacts_replace(const char *folder, const char *name, const char *old,
                       const char *instead)
{
    size_t n;
    const char *text = artifacts_get(folder, name, &n);
    const char *at = text ? strstr(text, old) : NULL;
    if (!at) {
        fprintf(stderr, "artifacts: no '%s' in %s\n", old, name);
        abort();
    }
    struct arena mem = {0};
    struct text whole = {.mem = &mem};
    text_add(&whole, text, (size_t)(at - text));
    text_puts(&whole, instead);
    text_puts(&whole, at + strlen(old));
    artifacts_put(folder, name, whole.p, whole.n);
    arena_release(&mem);
}

void artifacts_run(const char *folder, struct arena *mem, struct pipeline *ret_pipeline,
                   struct again *ret)
{
    static const char *const target[] = {"price"};
    struct yaml_node *root;
    struct error err;
    if (yaml_parse("pipeline/toy.yaml", pipeline, strlen(pipeline), mem, &root, &err) !=
        STATUS_OK) {
        fprintf(stderr, "artifacts: %s\n", err.message);
        abort();
    }
    *ret = (struct again){
        .operand = "pipeline/toy.yaml", .in = folder, .pipeline = ret_pipeline};
    *ret_pipeline = (struct pipeline){.name = "toy",
                                      .path = "pipeline/toy.yaml",
                                      .title = "Toy <price> & more",
                                      .task = TASK_REGRESSION,
                                      .target = target[0],
                                      .targets = {1, target},
                                      .time = {.column = "month", .step = TIMESTEP_MONTH},
                                      .seed = 42,
                                      .root = root};
}
