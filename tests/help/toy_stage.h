/* A toy stage for the tests of the stage skeleton: its options say what it does, and what
 * its run saw is kept.  It is run in this process, or in one of its own where that ends
 * badly. */
#ifndef TESTS_TOY_STAGE_H
#define TESTS_TOY_STAGE_H

#include "stage/stage.h"

struct toy_fit {
    size_t folds;
    const char *path;
};

enum toy_mode {
    TOY_PLAIN,
    TOY_PRINT,
    TOY_REFUSE,
    TOY_BUSY,
    TOY_INTERRUPT,
    TOY_ERROR,
    TOY_WARN,
    TOY_LATE
};
#define TOY_MODE_WORDS                                                                   \
    "plain|print|refuse|busy|interrupt|error|warn|late" // in that order

struct toy_config {
    struct toy_fit fit;
    const struct yaml_node *features;
    enum toy_mode mode;
    struct texts words;
    size_t faults, need;
};

extern const struct stage toy_stage;

/* What the last run in this process saw; pointers into its arenas are dead.  text is
 * "out|reports|title|task|words |features", in the folder that it would read from. */
struct toy_seen {
    struct run run;
    struct toy_config config;
    char text[1024], in[256];
};

const struct toy_seen *toy_seen(void);

/* The status, and what stood on stdout and stderr. */
struct toy_played {
    int status;
    const char *out, *err;
};

#define TOY_ARGUMENTS 20

/* Runs a stage in this process with arguments that end with NULL. */
struct toy_played toy_play(const struct stage *stage, const char *const *arguments);

#define PLAY(...)                                                                        \
    toy_play(&toy_stage, (const char *const[TOY_ARGUMENTS + 1]){__VA_ARGS__})

/* Runs the toy on p.yaml in a process of its own, with stdout leading to a file (NULL:
 * closed) and stderr to stderr.txt; returns what waitpid gives. */
int toy_play_apart(const char *mode, const char *stdout_path);

/* Goes to a new folder that holds p.yaml, and out of it again. */
void toy_enter(void);
void toy_leave(void);

#endif
