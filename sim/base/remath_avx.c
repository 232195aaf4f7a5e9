/* Compiled with -mavx (and never -mfma); called only where the CPU has AVX. */
#include "base/remath.h"
#include "base/remath_variants.h"

#include <immintrin.h>
#include <sleef.h>

#define LANES 4
#define LOAD(p) ((vec)_mm256_loadu_pd(p))
#define STORE(p, v) _mm256_storeu_pd((p), (__m256d)(v))
#define VEXP(v) ((vec)Sleef_cinz_expd4_u10avx((__m256d)(v)))
#define SIGNS(v) _mm256_movemask_pd((__m256d)(v))
#define SUFFIX(name) name##avx
#include "base/remath_lanes.h"
