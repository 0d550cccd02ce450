/* Tiles of network/product.c for one vector width (base/vector_widths.inc.h): some rows of
 * C by eight columns, kept in registers while k runs.  Accumulators are separate variables,
 * cR_V for row R and vector V, for the compiler to keep them there. */

/* clang-format off */
#if VECTOR_WIDTH == 2
#define VECTORS(f, r) f(r, 0) f(r, 1) f(r, 2) f(r, 3)
#elif VECTOR_WIDTH == 4
#define VECTORS(f, r) f(r, 0) f(r, 1)
#else
#define VECTORS(f, r) f(r, 0)
#endif
#define ROWS1(f) f(0)
#define ROWS2(f) f(0) f(1)
#define ROWS4(f) f(0) f(1) f(2) f(3)
#define ROWS8(f) f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7)

#define LOAD_BASE(r, v)                                                                  \
    VEC s##v = {0};                                                                      \
    if (p->base)                                                                         \
        s##v = VEC_AT_CONST(p->base + j + (v) * VECTOR_WIDTH);
#define LOAD_B(r, v) VEC b##v = VEC_AT_CONST(b + (v) * VECTOR_WIDTH);
#define CELL_BEGIN(r, v) VEC c##r##_##v = s##v;
#define CELL_STEP(r, v) c##r##_##v += a[(r) * p->a_row] * b##v;
#define CELL_END(r, v) VEC_AT(c + (r) * p->c_row + (v) * VECTOR_WIDTH) = c##r##_##v;
#define ROW_BEGIN(r) VECTORS(CELL_BEGIN, r)
#define ROW_STEP(r) VECTORS(CELL_STEP, r)
#define ROW_END(r) VECTORS(CELL_END, r)

#define TILE(rows)                                                                       \
    VECTOR_TARGET static void VECTOR_NAME(tile##rows##_)(const struct product *p,        \
                                                         size_t i, size_t j)             \
    {                                                                                    \
        const double *a = p->a + i * p->a_row, *b = p->b + j;                            \
        double *c = p->c + i * p->c_row + j;                                             \
        VECTORS(LOAD_BASE, 0)                                                            \
        ROWS##rows(ROW_BEGIN)                                                            \
        for (size_t k = 0; k < p->k; k++, a += p->a_step, b += p->b_row) {               \
            VECTORS(LOAD_B, 0)                                                           \
            ROWS##rows(ROW_STEP)                                                         \
        }                                                                                \
        ROWS##rows(ROW_END)                                                              \
    }
/* clang-format on */

TILE(1)
TILE(2)
#if VECTOR_WIDTH > 2
TILE(4)
#endif
#if VECTOR_WIDTH > 4
TILE(8)
#endif

/* The columns of B that a tile reads stay near while the rows go by. */
VECTOR_TARGET static void VECTOR_NAME(compute)(const struct product *p)
{
    for (size_t j = 0; j < p->n; j += PRODUCT_COLUMNS) {
        size_t i = 0;
#if VECTOR_WIDTH > 4
        for (; i + 8 <= p->m; i += 8)
            VECTOR_NAME(tile8_)(p, i, j);
#endif
#if VECTOR_WIDTH > 2
        for (; i + 4 <= p->m; i += 4)
            VECTOR_NAME(tile4_)(p, i, j);
#endif
        for (; i + 2 <= p->m; i += 2)
            VECTOR_NAME(tile2_)(p, i, j);
        for (; i < p->m; i++)
            VECTOR_NAME(tile1_)(p, i, j);
    }
}

#undef VECTORS
#undef ROWS1
#undef ROWS2
#undef ROWS4
#undef ROWS8
#undef LOAD_BASE
#undef LOAD_B
#undef CELL_BEGIN
#undef CELL_STEP
#undef CELL_END
#undef ROW_BEGIN
#undef ROW_STEP
#undef ROW_END
#undef TILE
