#include "base/remath.h"
#include "base/remath_variants.h"

#include <emmintrin.h>
#include <sleef.h>

#define LANES 2
#define LOAD(p) ((vec)_mm_loadu_pd(p))
#define STORE(p, v) _mm_storeu_pd((p), (__m128d)(v))
#define VEXP(v) ((vec)Sleef_cinz_expd2_u10sse2((__m128d)(v)))
#define SIGNS(v) _mm_movemask_pd((__m128d)(v))
#define SUFFIX(name) name##sse2
#include "base/remath_lanes.h"
