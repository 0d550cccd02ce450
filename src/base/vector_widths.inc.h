/* Includes the file VECTOR_KERNELS once for each vector width, so that one executable has
 * the kernels of all and runs everywhere.
 *
 *     #define VECTOR_KERNELS "base/vector_kernel.inc.h"
 *     #include "base/vector_widths.inc.h"
 *     …
 *     double sum = VECTOR_PICK(dot)(x, y, n);     // base/vector.h
 *
 * There VECTOR_WIDTH is 2, 4 or 8 doubles; every function is called VECTOR_NAME(f) and
 * begins with VECTOR_TARGET, which lets it use registers of that width, or with
 * VECTOR_INLINE, where it is to be a part of its callers.  VEC and MASK are
 * vectors of doubles and of as many whole numbers, which comparisons give: all bits set
 * where true; VEC_AT(x) is the vector at any address.  Vectors of two doubles need no
 * attribute: every x86-64 has them, and compilers lower them to single doubles
 * elsewhere.  Undefines all but the types. */
#define VECTOR_PASTE2(a, b) a##b
#define VECTOR_PASTE(a, b) VECTOR_PASTE2(a, b)
#define VECTOR_NAME(f) VECTOR_PASTE(f, VECTOR_WIDTH)
#define VEC VECTOR_NAME(vec)
#define VEC_LOAD VECTOR_NAME(vec_load)
#define MASK VECTOR_NAME(mask)
#define VECTOR_INLINE VECTOR_TARGET inline __attribute__((always_inline))
#define VEC_AT(x) (*(VEC_LOAD *)(x))
#define VEC_AT_CONST(x) (*(const VEC_LOAD *)(x))

#define VECTOR_TYPES(width)                                                              \
    typedef double vec##width __attribute__((vector_size((width) * sizeof(double))));    \
    typedef int64_t mask##width __attribute__((vector_size((width) * sizeof(double))));  \
    typedef double vec_load##width                                                       \
        __attribute__((vector_size((width) * sizeof(double)), aligned(8), may_alias));
VECTOR_TYPES(2)
VECTOR_TYPES(4)
VECTOR_TYPES(8)
#undef VECTOR_TYPES

#define VECTOR_WIDTH 2
#define VECTOR_TARGET
#include VECTOR_KERNELS
#undef VECTOR_WIDTH
#undef VECTOR_TARGET

#if defined(__x86_64__)
#define VECTOR_WIDTH 4
#define VECTOR_TARGET __attribute__((target("avx2")))
#include VECTOR_KERNELS
#undef VECTOR_WIDTH
#undef VECTOR_TARGET

#define VECTOR_WIDTH 8
#define VECTOR_TARGET __attribute__((target("avx512f")))
#include VECTOR_KERNELS
#undef VECTOR_WIDTH
#undef VECTOR_TARGET
#endif

#undef VECTOR_KERNELS
#undef VECTOR_PASTE2
#undef VECTOR_PASTE
#undef VECTOR_NAME
#undef VECTOR_INLINE
#undef VEC
#undef VEC_LOAD
#undef MASK
#undef VEC_AT
#undef VEC_AT_CONST
