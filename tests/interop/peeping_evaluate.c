/* The stage evaluate with an estimator that reads behind its rows: for tests/interop/leaks.py. */
#include "interop/peeping_mean.h"

#include "../../stages/evaluate.c"
