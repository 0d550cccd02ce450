/* The members of verdict.json. */
#include "artifacts/verdict_json.h"

#include <string.h>

static const struct member version_members[] = {
    MEMBER(struct verdict_json_version, version),
    MEMBER_SUM_OF(struct verdict_json_version, model),
    MEMBER(struct verdict_json_version, figure),
    MEMBER_OR_NULL(struct verdict_json_version, value),
};

static const struct member challenge_members[] = {
    MEMBER(struct verdict_json_challenge, of),
    MEMBER(struct verdict_json_challenge, n),
    MEMBER(struct verdict_json_challenge, look),
    MEMBER_OR_NULL(struct verdict_json_challenge, level),
    MEMBER_OR_NULL(struct verdict_json_challenge, p),
    MEMBER(struct verdict_json_challenge, says),
};

static const struct member predicts_members[] = {
    MEMBER(struct verdict_json_predicts, version),
    MEMBER_SUM_OF(struct verdict_json_predicts, model),
    MEMBER(struct verdict_json_predicts, of),
};

static const struct member rule_members[] = {
    MEMBER(struct verdict_json_rule, rule),
    MEMBER(struct verdict_json_rule, of),
    MEMBER_OR_NULL(struct verdict_json_rule, at_least),
    MEMBER_OR_NULL(struct verdict_json_rule, at_most),
    MEMBER_OR_NULL(struct verdict_json_rule, found),
    MEMBER_OR_NULL(struct verdict_json_rule, by),
    MEMBER(struct verdict_json_rule, passed),
    MEMBER(struct verdict_json_rule, says),
};

static const struct member members[] = {
    MEMBER(struct verdict_json, pipeline),
    MEMBER(struct verdict_json, outcome),
    MEMBER(struct verdict_json, says),
    MEMBER_STRUCT(struct verdict_json, candidate, version_members),
    MEMBER_POINTER(struct verdict_json, production, version_members),
    MEMBER_POINTER(struct verdict_json, challenge, challenge_members),
    MEMBER(struct verdict_json, ungated),
    MEMBER_STRUCT(struct verdict_json, predicts, predicts_members),
    MEMBER_LIST(struct verdict_json, "rules", rule, n_rules, rule_members),
    MEMBER(struct verdict_json, options),
};

enum status verdict_json_write(const struct verdict_json *v, struct output *out,
                               struct error *err)
{
    return document_write(out, DOCUMENT(members), v, err);
}

static enum status check_word(const char *word, const char *field, const char *path,
                              const char *words, struct error *err)
{
    unsigned place;
    if (option_index(words, view_of(word), &place))
        return STATUS_OK;
    return error_refuse(err, path, field, "expected one of %s, found %s", words,
                        QUOTE(word));
}

/* A version and a model that predicts are those of the candidate or of production. */
static enum status check_predicts(const struct verdict_json *v, const char *path,
                                  struct error *err)
{
    TRY(check_word(v->predicts.of, "predicts.of", path, "production|candidate", err));
    if (v->predicts.model && v->candidate.model)
        return STATUS_OK;
    return error_refuse(err, path, v->candidate.model ? "predicts" : "candidate",
                        "expected the checksum of a model");
}

enum status verdict_json_read(const char *path, struct arena *mem,
                              struct verdict_json *ret, struct error *err)
{
    struct verdict_json v = {0};
    TRY(document_read(path, DOCUMENT(members), mem, &v, NULL, err));
    TRY(check_word(v.outcome, "outcome", path, VERDICT_OUTCOMES, err));
    TRY(check_word(v.ungated, "ungated", path, VERDICT_OUTCOMES, err));
    TRY(check_predicts(&v, path, err));
    *ret = v;
    return STATUS_OK;
}

enum verdict_outcome verdict_json_outcome(const struct verdict_json *v)
{
    unsigned place = OUTCOME_REFUSED;
    (void)option_index(VERDICT_OUTCOMES, view_of(v->outcome), &place);
    return (enum verdict_outcome)place;
}
