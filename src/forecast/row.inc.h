/* Neighbouring lanes in registers of one width, for recurrences in which each step waits for
 * the one before: many of them go through the processor in little more time than one.
 * For files that base/vector_widths.inc.h includes.
 *
 * Each lane has the bits that a plain loop gives, whatever stands in the others.  A row is
 * several registers, of which one is at work while others wait; they are as many as leave
 * room for what a loop holds, and have names, since compilers keep arrays of them in
 * memory. */
#undef ROW_EACH
#undef ROW_LANES
#if VECTOR_WIDTH == 8
#define ROW_EACH(f) f(a) f(b)
#define ROW_LANES ((size_t)16)
#else
#define ROW_EACH(f) f(a) f(b) f(c) f(d)
#define ROW_LANES ((size_t)4 * VECTOR_WIDTH)
#endif

/* clang-format off */
#define ROW_FIELD(k) VEC k;
#define ROW_PLACE(k) ROW_PLACE_##k * VECTOR_WIDTH
/* clang-format on */
#ifndef ROW
#define ROW struct VECTOR_NAME(row)
#define ROW_LOAD VECTOR_NAME(row_load)
#define ROW_STORE VECTOR_NAME(row_store)
#define ROW_ADD VECTOR_NAME(row_add)
#define ROW_SUB VECTOR_NAME(row_sub)
#define ROW_MUL VECTOR_NAME(row_mul)
#define ROW_KEPT VECTOR_NAME(row_kept)
enum { ROW_PLACE_a, ROW_PLACE_b, ROW_PLACE_c, ROW_PLACE_d };
#endif

ROW{ROW_EACH(ROW_FIELD)};

static VECTOR_INLINE ROW ROW_LOAD(const double *x)
{
    ROW r;
#define LOAD(k) r.k = VEC_AT_CONST(x + ROW_PLACE(k));
    ROW_EACH(LOAD)
#undef LOAD
    return r;
}

static VECTOR_INLINE void ROW_STORE(double *x, ROW r)
{
#define STORE(k) VEC_AT(x + ROW_PLACE(k)) = r.k;
    ROW_EACH(STORE)
#undef STORE
}

static VECTOR_INLINE ROW ROW_ADD(ROW x, ROW y)
{
#define ADD(k) x.k += y.k;
    ROW_EACH(ADD)
#undef ADD
    return x;
}

static VECTOR_INLINE ROW ROW_SUB(ROW x, ROW y)
{
#define SUB(k) x.k -= y.k;
    ROW_EACH(SUB)
#undef SUB
    return x;
}

static VECTOR_INLINE ROW ROW_MUL(ROW x, ROW y)
{
#define MUL(k) x.k *= y.k;
    ROW_EACH(MUL)
#undef MUL
    return x;
}

/* x in the lanes whose steps [from, until) hold t, 0 in the others. */
static VECTOR_INLINE ROW ROW_KEPT(ROW x, const double *from, const double *until,
                                  double t)
{
    VEC at = t - (VEC){0};
#define KEEP(k)                                                                          \
    x.k = (VEC)((VEC_AT_CONST(from + ROW_PLACE(k)) <= at) &                              \
                (at < VEC_AT_CONST(until + ROW_PLACE(k))) & (MASK)x.k);
    ROW_EACH(KEEP)
#undef KEEP
    return x;
}
#undef ROW_FIELD
#undef ROW_PLACE
