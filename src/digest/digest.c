/* Digests by OpenSSL's EVP.
 *
 * A context fetches its algorithm once and is then used again for any number of digests
 * of that kind: fetching takes longer than digesting a small file.  "-fips" asks for MD5
 * also where the machine's policy allows it for names only, which is what it is here.
 *
 * MD5 is RFC 1321, SHA-256 is FIPS 180-4, HMAC is RFC 2104. */
// First: its declarations use words that our headers ban.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "digest/digest.h"

#include <errno.h>
#include <unistd.h>

#include "digest/crypto.h"
#include "file/file.h"

enum { PIECE_BYTES = 64 * 1024 };

static const char *const names[] = {[DIGEST_MD5] = "MD5", [DIGEST_SHA256] = "SHA2-256"};
static const size_t lengths[] = {
    [DIGEST_MD5] = MD5_BYTES, [DIGEST_SHA256] = SHA256_BYTES};

/* OpenSSL fails here only where it gets no memory, or was installed without its
 * algorithms. */
static void require(bool holds)
{
    if (!holds)
        out_of_memory(0);
}

static bool is_of_kind(const EVP_MD_CTX *context, enum digest_kind kind)
{
    const EVP_MD *md = context ? EVP_MD_CTX_get0_md(context) : NULL;
    return md && EVP_MD_is_a(md, names[kind]);
}

void digest_begin(struct digest *d, enum digest_kind kind)
{
    if (is_of_kind(d->context, kind)) {
        require(EVP_DigestInit_ex2(d->context, NULL, NULL) == 1);
        return;
    }
    crypto_prepare();
    if (!d->context)
        d->context = EVP_MD_CTX_new();
    EVP_MD *md = EVP_MD_fetch(NULL, names[kind], "-fips");
    require(d->context && md);
    require(EVP_DigestInit_ex2(d->context, md, NULL) == 1);
    EVP_MD_free(md); // the context holds it
}

void digest_add(struct digest *d, const void *p, size_t n)
{
    require(EVP_DigestUpdate(d->context, p, n) == 1);
}

void digest_end(struct digest *d, unsigned char *out)
{
    require(EVP_DigestFinal_ex(d->context, out, NULL) == 1);
}

void digest_release(struct digest *d)
{
    EVP_MD_CTX_free(d->context);
    d->context = NULL;
}

void digest_end_hex(struct digest *d, enum digest_kind kind, char *out)
{
    unsigned char bytes[SHA256_BYTES];
    digest_end(d, bytes);
    digest_hex(bytes, lengths[kind], out);
}

void digest_hex_of(enum digest_kind kind, const void *p, size_t n, char *out)
{
    CLEANUP(digest_release) struct digest d = {0};
    digest_begin(&d, kind);
    digest_add(&d, p, n);
    digest_end_hex(&d, kind, out);
}

void digest_hmac(const void *key, size_t key_n, const void *p, size_t n,
                 unsigned char out[SHA256_BYTES])
{
    require(key_n <= INT32_MAX);
    // A NULL key would mean "the key of the call before".
    require(HMAC(EVP_sha256(), key_n ? key : "", (int)key_n, p, n, out, NULL) != NULL);
}

void digest_hex(const unsigned char *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

/* The value of a lower-case hex digit, or -1. */
static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool digest_unhex(struct view text, unsigned char *out, size_t n)
{
    if (text.n != 2 * n)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (hex_value(text.p[i]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        out[i] =
            (unsigned char)(hex_value(text.p[2 * i]) << 4 | hex_value(text.p[2 * i + 1]));
    return true;
}

bool digest_is_object(const char *name)
{
    size_t n = 0;
    while (n < MD5_HEX - 1 && hex_value(name[n]) >= 0)
        n++;
    return n == MD5_HEX - 1 && (!name[n] || strcmp(name + n, ".dir") == 0);
}

enum status digest_fd(int fd, const char *path, char ret_md5[MD5_HEX],
                      char ret_sha256[SHA256_HEX], uint64_t *ret_bytes, struct error *err)
{
    CLEANUP(digest_release) struct digest md5 = {0};
    CLEANUP(digest_release) struct digest sha256 = {0};
    unsigned char piece[PIECE_BYTES];
    uint64_t bytes = 0;
    ssize_t got;
    if (ret_md5)
        digest_begin(&md5, DIGEST_MD5);
    if (ret_sha256)
        digest_begin(&sha256, DIGEST_SHA256);
    while ((got = read(fd, piece, sizeof(piece))) != 0) {
        if (got < 0)
            return error_errno(err, "could not read %s", QUOTE_PATH(path));
        if (ret_md5)
            digest_add(&md5, piece, (size_t)got);
        if (ret_sha256)
            digest_add(&sha256, piece, (size_t)got);
        bytes += (uint64_t)got;
    }
    if (ret_md5)
        digest_end_hex(&md5, DIGEST_MD5, ret_md5);
    if (ret_sha256)
        digest_end_hex(&sha256, DIGEST_SHA256, ret_sha256);
    *ret_bytes = bytes;
    return STATUS_OK;
}

enum status digest_file(const char *path, char ret_md5[MD5_HEX],
                        char ret_sha256[SHA256_HEX], uint64_t *ret_bytes,
                        struct error *err)
{
    int fd;
    TRY(file_open(path, &fd, err));
    enum status status = digest_fd(fd, path, ret_md5, ret_sha256, ret_bytes, err);
    close(fd);
    return status;
}
