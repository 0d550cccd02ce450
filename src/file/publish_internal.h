/* What the two halves of publishing share; only publish.c and publish_place.c include
 * this. */
#ifndef FILE_PUBLISH_INTERNAL_H
#define FILE_PUBLISH_INTERNAL_H

#include "file/beneath.h"
#include "file/publish.h"

/* A folder that outputs or their temporary files stand in, open until the release. */
struct publish_folder {
    const char *path;
    int fd;
    bool renamed; // has new entries that are not yet synced
};

/* The open folder of that path, or NULL. */
struct publish_folder *publish_folder_find(struct publish *p, const char *path);

/* Fills in out->folder, made where it is missing, and says in which folder and by which
 * label its temporary file is to be created. */
MUST_USE enum status publish_place(struct publish *p, struct output *out,
                                   struct publish_folder **ret_beside,
                                   const char **ret_label, struct error *err);

#endif
