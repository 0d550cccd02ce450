#include "ship/remote_ops.h"
const struct remote_ops remote_s3;
