/* Compiler attributes, spelled once.
 *
 * Every file that wants one of these includes this header; no other file names an
 * attribute. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, args) __attribute__((format(printf, text, args)))
#define NO_RETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))
#define MALLOC_LIKE __attribute__((malloc, returns_nonnull))

/* CLEANUP(f) calls f(&variable) when the variable goes out of scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* EXTENSION({ … }) is an expression with the value of the block's last statement. */
#define EXTENSION __extension__

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
