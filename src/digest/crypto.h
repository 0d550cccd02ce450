/* OpenSSL, made safe before its first use.
 *
 * OpenSSL 3.0 goes on with a lock that it could not allocate.  From here on its
 * allocations end in out_of_memory instead of NULL. */
#ifndef DIGEST_CRYPTO_H
#define DIGEST_CRYPTO_H

/* Call it before anything of OpenSSL is used, also by way of libcurl; again: nothing
 * happens. */
void crypto_prepare(void);

#endif
