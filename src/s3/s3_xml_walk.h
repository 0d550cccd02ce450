/* A walk over an answer's XML, for s3_xml.c and s3_xml_list.c.
 *
 * One walk for all kinds of answers: the names of the open elements are kept as a path,
 * the text of the innermost one is collected, and a handler is told path and text where
 * an element ends.  A listing's objects are thus told field by field and closed by
 * "ListBucketResult/Contents". */
#ifndef S3_S3_XML_WALK_H
#define S3_S3_XML_WALK_H

#include <expat.h>

#include "s3/s3_xml.h"

#define S3_XML_DEPTH 16
#define S3_XML_PATH 256
#define S3_XML_TEXT 8192 // of one element; a key of 1024 bytes, each as %XX, has 3072

struct s3_xml_walk;
typedef void on_element(struct s3_xml_walk *walk, const char *path, struct view text);

struct s3_xml_walk {
    XML_Parser parser;
    on_element *end;
    void *context;
    char path[S3_XML_PATH];
    size_t n_path, depth;
    size_t cut[S3_XML_DEPTH + 1]; // length of the path above each open element
    char text[S3_XML_TEXT + 1];
    size_t n_text;
    const char *refused; // why, or NULL
};

/* Ends the walk; the first reason counts. */
void s3_xml_refuse(struct s3_xml_walk *walk, const char *why);

/* Tells the handler every element; false, with the reason in walk->refused, when the
 * answer is not well-formed. */
bool s3_xml_walk(struct s3_xml_walk *walk, struct view answer);

/* Fills err: the answer is not what was expected. */
enum status s3_xml_malformed(struct error *err, const char *why);

#endif
