/* Held against the C library's long doubles, which carry eleven bits more. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/rng.h"
#include "base/transcend.h"

static long double logistic(long double x)
{
    return 1 / (1 + expl(-x));
}

static const struct function {
    const char *name;
    double (*ours)(double);
    long double (*peer)(long double);
    double low, high; // arguments
    double ulps;      // the largest error that is allowed
    uint64_t bits;    // of all answers, folded
} functions[] = {
    {"exp", transcend_exp, expl, -708, 709.7, 1, UINT64_C(0x491EC13333BCA9A1)},
    {"exp near 0", transcend_exp, expl, -1, 1, 1, UINT64_C(0xA0FF8F778919F9A4)},
    {"log", transcend_log, logl, 0x1p-1000, 0x1p1000, 1, UINT64_C(0xFE716741837EA123)},
    {"log near 1", transcend_log, logl, 0.5, 2, 1, UINT64_C(0x4FE988685035E498)},
    {"tanh", transcend_tanh, tanhl, -25, 25, 2.5, UINT64_C(0x7D4CE112686B36E4)},
    {"tanh near 0", transcend_tanh, tanhl, -1, 1, 2.5, UINT64_C(0xDD7F73344DABC459)},
    {"logistic", transcend_logistic, logistic, -700, 40, 2.5,
     UINT64_C(0xE3384BBB354A45A1)},
    {"logistic near 0", transcend_logistic, logistic, -3, 3, 2.5,
     UINT64_C(0x7DAADF8E3CD278AF)},
};

/* Arguments spread evenly; where they span orders of magnitude, by their exponents. */
static double argument(const struct function *f, struct rng *rng)
{
    double u = rng_real(rng);
    if (f->low > 0 && f->high / f->low > 1e6)
        return ldexp(1 + rng_real(rng), (int)floor(2000 * u) - 1000);
    return f->low + u * (f->high - f->low);
}

Test(transcend, errors_stay_below_what_the_header_says)
{
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        const struct function *f = &functions[i];
        struct rng rng;
        rng_seed(&rng, 42, f->name);
        double worst = 0;
        for (int n = 0; n < 200000; n++) {
            double x = argument(f, &rng), y = f->ours(x);
            long double truth = f->peer(x);
            int power;
            frexp((double)truth, &power);
            double error = (double)(fabsl(y - truth) / ldexpl(1, power - 53));
            if (error > worst)
                worst = error;
        }
        cr_log_info("%s: %.3f ulp", f->name, worst);
        cr_expect_lt(worst, f->ulps, "%s: %.3f ulp", f->name, worst);
    }
}

/* The answers' bits, as one machine found them: every other has the same. */
Test(transcend, bits_are_those_of_every_machine)
{
    for (size_t i = 0; i < COUNT_OF(functions); i++) {
        const struct function *f = &functions[i];
        struct rng rng;
        rng_seed(&rng, 7, f->name);
        uint64_t folded = 0;
        for (int n = 0; n < 20000; n++) {
            double y = f->ours(argument(f, &rng));
            uint64_t bits;
            memcpy(&bits, &y, sizeof bits);
            folded = (folded ^ bits) * UINT64_C(0x9E3779B97F4A7C15);
        }
        cr_expect_eq(folded, f->bits, "%s: 0x%016llX", f->name,
                     (unsigned long long)folded);
    }
}

static void expect(double found, double wanted, const char *what)
{
    cr_expect((isnan(found) && isnan(wanted)) ||
                  (found == wanted && signbit(found) == signbit(wanted)),
              "%s: %g, not %g", what, found, wanted);
}

Test(transcend, limits_are_those_of_the_standard)
{
    expect(transcend_exp(0), 1, "exp 0");
    expect(transcend_exp(-INFINITY), 0, "exp -inf");
    expect(transcend_exp(INFINITY), INFINITY, "exp inf");
    expect(transcend_exp(709.79), INFINITY, "exp above");
    expect(transcend_exp(-745.14), 0, "exp below");
    expect(transcend_exp(-745), 0x1p-1074, "exp subnormal");
    expect(transcend_exp(NAN), NAN, "exp nan");
    expect(transcend_log(1), 0, "log 1");
    expect(transcend_log(0), -INFINITY, "log 0");
    expect(transcend_log(-1), NAN, "log -1");
    expect(transcend_log(INFINITY), INFINITY, "log inf");
    expect(transcend_log(NAN), NAN, "log nan");
    expect(transcend_log(0x1p-1074), -0x1.74385446d71c3p+9, "log subnormal");
    expect(transcend_tanh(-0.0), -0.0, "tanh -0");
    expect(transcend_tanh(1e300), 1, "tanh inf");
    expect(transcend_tanh(-INFINITY), -1, "tanh -inf");
    expect(transcend_tanh(NAN), NAN, "tanh nan");
    expect(transcend_logistic(0), 0.5, "logistic 0");
    expect(transcend_logistic(-1e6), 0, "logistic -inf");
    expect(transcend_logistic(1e6), 1, "logistic inf");
}

static const struct {
    const char *name;
    void (*all)(double *x, size_t n);
    double (*one)(double);
    double most; // magnitude of the arguments
} many[] = {
    {"exp", transcend_exps, transcend_exp, 720},
    {"log", transcend_logs, transcend_log, 4},
    {"tanh", transcend_tanhs, transcend_tanh, 30},
    {"logistic", transcend_logistics, transcend_logistic, 720},
};

/* Runs of ordinary arguments, some of another kind among them, and an end behind the last
 * whole vector. */
static void compare_many(void)
{
    enum { MOST = 2003 };
    static double x[MOST], y[MOST];
    for (size_t f = 0; f < COUNT_OF(many); f++) {
        struct rng rng;
        rng_seed(&rng, 5, many[f].name);
        for (size_t i = 0; i < MOST; i++) {
            double u = many[f].most * (2 * rng_real(&rng) - 1);
            x[i] = i % 97 == 13 ? NAN : i % 89 == 7 ? -0.0 : i % 2 == 0 ? u : u * 1e-3;
            if (many[f].one == transcend_log && i % 31 != 5)
                x[i] = ldexp(fabs(x[i]), (int)(i % 600) - 300);
            y[i] = x[i];
        }
        many[f].all(y, MOST);
        for (size_t i = 0; i < MOST; i++) {
            double wanted = many[f].one(x[i]);
            cr_assert((isnan(y[i]) && isnan(wanted)) ||
                          memcmp(&y[i], &wanted, sizeof wanted) == 0,
                      "%s of %a: %a, not %a", many[f].name, x[i], y[i], wanted);
        }
    }
}

Test(transcend, many_at_once_have_the_bits_of_each)
{
    compare_many();
}

Test(transcend, many_in_vectors_of_four_have_the_bits_of_each)
{
    setenv("NIGHTMILL_VECTOR", "4", 1);
    compare_many();
}

Test(transcend, many_in_vectors_of_two_have_the_bits_of_each)
{
    setenv("NIGHTMILL_VECTOR", "2", 1);
    compare_many();
}
