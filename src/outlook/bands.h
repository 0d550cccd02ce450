/* Bands around a model's answers for rows to come, from the errors of its backtest. */
#ifndef OUTLOOK_BANDS_H
#define OUTLOOK_BANDS_H

#include "outlook/outlook.h"

/* Reads the backtest of the model that predicts, production/backtest.json and the table
 * beside it in the folder that a run reads from, and gives rows to come their bands
 * (judge/conformal.h), each series from its own errors: upcoming->lower and ->upper, in
 * mem.  *ret_level is NaN, and nothing else is changed, where there is no backtest, it has
 * no bands, or the rows have no time.  STATUS_INPUT for damage, with the command that
 * makes it anew. */
MUST_USE enum status bands_read(const struct again *run, const struct model *model,
                                const struct histories *histories, struct arena *mem,
                                struct predicted *upcoming, double *ret_level,
                                struct error *err);

#endif
