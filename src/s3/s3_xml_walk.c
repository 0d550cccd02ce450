#include "s3/s3_xml_walk.h"

void s3_xml_refuse(struct s3_xml_walk *w, const char *why)
{
    if (!w->refused)
        w->refused = why;
    (void)XML_StopParser(w->parser, XML_FALSE);
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **pairs)
{
    struct s3_xml_walk *w = context;
    (void)pairs;
    size_t n = strlen(name);
    if (w->depth == S3_XML_DEPTH || w->n_path + n + 2 > sizeof w->path) {
        s3_xml_refuse(w, "elements lie too deep");
        return;
    }
    w->cut[w->depth++] = w->n_path;
    if (w->n_path > 0)
        w->path[w->n_path++] = '/';
    memcpy(w->path + w->n_path, name, n + 1);
    w->n_path += n;
    w->n_text = 0;
}

static void XMLCALL on_end(void *context, const XML_Char *name)
{
    struct s3_xml_walk *w = context;
    (void)name;
    if (w->refused || w->depth == 0)
        return;
    w->text[w->n_text] = '\0';
    w->end(w, w->path, (struct view){w->text, w->n_text});
    w->n_path = w->cut[--w->depth];
    w->path[w->n_path] = '\0';
    w->n_text = 0;
}

static void XMLCALL on_text(void *context, const XML_Char *p, int n)
{
    struct s3_xml_walk *w = context;
    if (w->n_text + (size_t)n > S3_XML_TEXT) {
        s3_xml_refuse(w, "an element has too much text");
        return;
    }
    memcpy(w->text + w->n_text, p, (size_t)n);
    w->n_text += (size_t)n;
}

static void XMLCALL on_doctype(void *context, const XML_Char *name,
                               const XML_Char *system, const XML_Char *public,
                               int internal)
{
    (void)name, (void)system, (void)public, (void)internal;
    s3_xml_refuse(context, "a document type is not allowed");
}

/* The answer from its first mark on.  Servers send blanks ahead of an answer that takes
 * long, lest the connection be closed; XML wants its declaration to be the first. */
static struct view from_first_mark(struct view v)
{
    for (;;) {
        size_t n = v.n >= 3 && memcmp(v.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
        while (n < v.n && v.p[n] && strchr(" \t\r\n", v.p[n]))
            n++;
        if (n == 0)
            return v;
        v = (struct view){v.p + n, v.n - n};
    }
}

bool s3_xml_walk(struct s3_xml_walk *w, struct view answer)
{
    if (answer.n > S3_ANSWER_MAX) {
        w->refused = "it is too long";
        return false;
    }
    answer = from_first_mark(answer);
    if (answer.n == 0) {
        w->refused = "it is empty";
        return false;
    }
    w->parser = XML_ParserCreate("UTF-8");
    if (!w->parser)
        out_of_memory(0);
    XML_SetUserData(w->parser, w);
    XML_SetElementHandler(w->parser, on_start, on_end);
    XML_SetCharacterDataHandler(w->parser, on_text);
    XML_SetStartDoctypeDeclHandler(w->parser, on_doctype);
    enum XML_Status status = XML_Parse(w->parser, answer.p, (int)answer.n, 1);
    enum XML_Error code = XML_GetErrorCode(w->parser);
    XML_ParserFree(w->parser);
    if (code == XML_ERROR_NO_MEMORY)
        out_of_memory(0);
    if (status != XML_STATUS_OK && !w->refused)
        w->refused = XML_ErrorString(code);
    return !w->refused;
}

enum status s3_xml_malformed(struct error *err, const char *why)
{
    error_set(err, STATUS_ENVIRONMENT, "the server's answer is not what S3 answers: %s",
              why);
    error_hint(err, "does 'endpointurl' name an S3 server?");
    return STATUS_ENVIRONMENT;
}
