#include <criterion/criterion.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "help/help.h"
#include "s3/s3_sink.h"

static struct arena mem;

static int create(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    return fd;
}

/* Bytes of which no two pieces are alike. */
static char *bytes_of(size_t n)
{
    char *bytes = arena_alloc(&mem, n + 1);
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)((i * 2654435761U) >> 13);
    return bytes;
}

/* Writes in pieces of a length, and expects the file and its digests to be right. */
static void expect_written(struct s3_sink *sink, const char *path, const char *bytes,
                           size_t n, size_t piece)
{
    char md5[MD5_HEX], sha256[SHA256_HEX], file_md5[MD5_HEX], file_sha256[SHA256_HEX];
    char right[MD5_HEX];
    uint64_t length;
    struct error err;
    for (size_t at = 0; at < n; at += piece)
        cr_assert(s3_sink_write(sink, bytes + at, n - at < piece ? n - at : piece));
    cr_assert(s3_sink_end(sink, md5, sha256));
    cr_expect_eq(sink->bytes, n);
    cr_assert_eq(digest_file(path, file_md5, file_sha256, &length, &err), STATUS_OK);
    digest_hex_of(DIGEST_MD5, bytes, n, right);
    cr_expect_str_eq(file_md5, right);
    cr_expect_str_eq(md5, right);
    cr_expect_str_eq(sha256, file_sha256);
    cr_expect_eq(length, n);
}

Test(s3_sink, the_file_and_its_digests_are_right_for_any_length)
{
    static const size_t lengths[] = {0,       1,       131071,  131072, 131073,
                                     1048575, 1048576, 1048577, 9999999};
    const char *folder = help_folder();
    struct s3_sink sink = {.fd = -1};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        const char *path = arena_format(&mem, "%s/%zu", folder, i);
        const char *bytes = bytes_of(lengths[i]);
        s3_sink_open(&sink, create(path), UINT64_MAX);
        s3_sink_begin(&sink);
        expect_written(&sink, path, bytes, lengths[i], 7777);
        s3_sink_close(&sink);
    }
    s3_sink_release(&sink);
    arena_release(&mem);
}

Test(s3_sink, another_attempt_begins_anew)
{
    static const size_t broken[] = {0, 5, 400000, 5000000};
    const char *path = help_path(help_folder(), "file");
    const char *bytes = bytes_of(5000000);
    struct s3_sink sink = {.fd = -1};
    s3_sink_open(&sink, create(path), UINT64_MAX);
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        s3_sink_begin(&sink);
        cr_assert(s3_sink_write(&sink, bytes + 1, broken[i] ? broken[i] - 1 : 0));
    }
    s3_sink_begin(&sink);
    expect_written(&sink, path, bytes, 3000000, 16384);
    s3_sink_close(&sink);
    s3_sink_release(&sink);
    arena_release(&mem);
}

Test(s3_sink, it_takes_no_byte_more_than_it_may)
{
    static const uint64_t most[] = {0, 1, 131072, 2000000};
    const char *folder = help_folder(), *bytes = bytes_of(2000001);
    for (size_t i = 0; i < COUNT_OF(most); i++) {
        const char *path = arena_format(&mem, "%s/%zu", folder, i);
        struct s3_sink sink = {.fd = -1};
        s3_sink_open(&sink, create(path), most[i]);
        s3_sink_begin(&sink);
        expect_written(&sink, path, bytes, (size_t)most[i], 4096);
        s3_sink_begin(&sink);
        cr_expect(s3_sink_write(&sink, bytes, (size_t)most[i]));
        cr_expect_not(s3_sink_write(&sink, bytes, 1));
        cr_expect_eq(sink.failed, EFBIG);
        s3_sink_close(&sink);
        s3_sink_release(&sink);
    }
    arena_release(&mem);
}

Test(s3_sink, a_disk_that_is_full_is_told)
{
    static const size_t lengths[] = {10, 4000000};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char md5[MD5_HEX], sha256[SHA256_HEX];
        struct s3_sink sink = {.fd = -1};
        int fd = open("/dev/full", O_RDWR | O_CLOEXEC);
        cr_assert_geq(fd, 0);
        s3_sink_open(&sink, fd, UINT64_MAX);
        s3_sink_begin(&sink);
        bool good = s3_sink_write(&sink, bytes_of(lengths[i]), lengths[i]);
        cr_expect_eq(good, lengths[i] == 10, "little is written at the end only");
        cr_expect_not(s3_sink_end(&sink, md5, sha256));
        cr_expect_eq(sink.failed, ENOSPC);
        s3_sink_close(&sink);
        s3_sink_release(&sink);
    }
    arena_release(&mem);
}
