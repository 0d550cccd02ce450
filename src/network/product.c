/* Matrix products by tiles that stay in registers (network/product_kernel.inc.h).
 *
 * Goto & van de Geijn 2008, "Anatomy of high-performance matrix multiplication", ACM TOMS
 * 34(3), without their packing: the matrices of a mini-batch lie in the caches as they are.
 * Given up: fused multiply-add, which would give other bits. */
#include "network/product.h"

#include "base/vector.h"

#define VECTOR_KERNELS "network/product_kernel.inc.h"
#include "base/vector_widths.inc.h"

void product_compute(const struct product *p)
{
    VECTOR_PICK(compute)(p);
}
