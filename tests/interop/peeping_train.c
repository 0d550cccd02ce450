/* The stage train with an estimator that reads behind its rows: for tests/interop/leaks.py. */
#include "interop/peeping_mean.h"

#include "../../stages/train.c"
