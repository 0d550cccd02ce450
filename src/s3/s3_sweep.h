/* Ends the uploads in parts that dead processes left on the server. */
#ifndef S3_S3_SWEEP_H
#define S3_S3_SWEEP_H

#include "s3/s3_put.h"

/* Finds them in the local list; once for each open remote. */
void s3_sweep_begin(struct s3_put *put);

/* The next call of the sweep.  S3_LATER: nothing of our own may begin before an answer is
 * there, lest it be taken for something left. */
enum s3_more s3_sweep_next(struct s3_put *put, struct s3_slot *slot);

#endif
