/* The body of the four-lane kernels, compiled once for SSE2 and once for AVX (remath_sse2.c, remath_avx.c).
 * Only IEEE additions, multiplications and divisions lane by lane, so that both give the same bits.
 * The includer defines LANES (2 or 4), VEXP, LOAD, STORE and SUFFIX. */

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef long long mask __attribute__((vector_size(LANES * 8)));

static inline vec choose(mask m, vec a, vec b) { return (vec)(((mask)a & m) | ((mask)b & ~m)); }

static inline void relax_lanes(const double *z_in, double *e_out, double *p1_out, double *p2_out, double *p3_out) {
  vec z = LOAD(z_in);
  /* |z| < 0.5: Taylor of p3 = sum z^k/(k+3)!, then upward p2 = z p3 + 1/2, p1 = z p2 + 1, e = z p1 + 1. */
  /* Even and odd powers in two chains, so that they overlap. */
  vec zz = z * z;
  vec even = zz * 1.6059043836821613e-10 + 2.5052108385441720e-08; /* 1/13!, 1/11! */
  vec odd = zz * 1.1470745597729725e-11 + 2.0876756987868099e-09;  /* 1/14!, 1/12! */
  even = even * zz + 2.7557319223985893e-06;
  odd = odd * zz + 2.7557319223985888e-07;
  even = even * zz + 1.9841269841269841e-04;
  odd = odd * zz + 2.4801587301587302e-05;
  even = even * zz + 8.3333333333333332e-03;
  odd = odd * zz + 1.3888888888888889e-03;
  even = even * zz + 1.6666666666666666e-01;
  odd = odd * zz + 4.1666666666666664e-02;
  vec t3 = even + z * odd;
  vec t2 = z * t3 + 0.5;
  vec t1 = z * t2 + 1.0;
  vec te = z * t1 + 1.0;
  mask small = (z < 0.5) & (z > -0.5);
  mask all = small;
  long long any = 0;
  for (int i = 0; i < LANES; i++) any |= ~all[i];
  if (any) {
    vec e = VEXP(z);
    vec inverse = 1.0 / choose(small, z * 0.0 + 1.0, z); /* keeps the unused quotient finite */
    vec d1 = (e - 1.0) * inverse;
    vec d2 = (d1 - 1.0) * inverse;
    vec d3 = (d2 - 0.5) * inverse;
    te = choose(small, te, e);
    t1 = choose(small, t1, d1);
    t2 = choose(small, t2, d2);
    t3 = choose(small, t3, d3);
  }
  STORE(e_out, te);
  STORE(p1_out, t1);
  STORE(p2_out, t2);
  STORE(p3_out, t3);
}

void SUFFIX(cf_relax_)(const double z[4], cf_relax4 *out) {
  for (int i = 0; i < 4; i += LANES) relax_lanes(z + i, out->e + i, out->p1 + i, out->p2 + i, out->p3 + i);
}

void SUFFIX(cf_exp4_)(double x[4]) {
  for (int i = 0; i < 4; i += LANES) STORE(x + i, VEXP(LOAD(x + i)));
}
