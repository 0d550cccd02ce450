/* Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval",
 * Information Processing & Management 24(5); the ones that are added are scikit-learn's,
 * so that no term vanishes and none divides by zero. */
#include "words/tfidf.h"

#include <string.h>

#include "base/transcend.h"

void tfidf_count(const size_t *start, const uint32_t *col, size_t n, double *documents)
{
    for (size_t k = start[0]; k < start[n]; k++)
        documents[col[k]]++;
}

void tfidf_invert(const struct tfidf_rule *rule, size_t n, size_t p, double *documents)
{
    double one = rule->smooth_idf ? 1 : 0;
    for (size_t c = 0; c < p; c++) {
        double df = documents[c] + one;
        documents[c] = ((double)n + one) / (df > 0 ? df : 1);
    }
    transcend_logs(documents, p);
    for (size_t c = 0; c < p; c++)
        documents[c] += 1;
}

void tfidf_weigh(const struct tfidf_rule *rule, const size_t *start, const uint32_t *col,
                 const double *value, size_t from, size_t to, const double *idf,
                 double *ret)
{
    size_t first = start[from], last = start[to];
    memcpy(ret + first, value + first, (last - first) * sizeof *ret);
    if (rule->sublinear_tf)
        transcend_logs(ret + first, last - first);
    for (size_t k = first; rule->sublinear_tf && k < last; k++)
        ret[k] += 1;
    for (size_t k = first; rule->use_idf && k < last; k++)
        ret[k] *= idf[col[k]];
    for (size_t i = from; i < to; i++)
        bag_normalise(rule->norm, ret + start[i], start[i + 1] - start[i]);
}
