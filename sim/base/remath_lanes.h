/* The body of the four-lane kernels, compiled once for SSE2 and once for AVX (remath_sse2.c, remath_avx.c).
 * Only IEEE additions, multiplications and divisions lane by lane, so that both give the same bits.
 * The includer defines LANES (2 or 4), VEXP, LOAD, STORE, SIGNS (one sign bit per lane) and SUFFIX. */

typedef double vec __attribute__((vector_size(LANES * 8)));
typedef long long mask __attribute__((vector_size(LANES * 8)));

static inline vec choose(mask m, vec a, vec b) { return (vec)(((mask)a & m) | ((mask)b & ~m)); }

static inline void relax_lanes(const double *z_in, double *e_out, double *p1_out, double *p2_out, double *p3_out) {
  vec z = LOAD(z_in);
  /* |z| < 1: Taylor of p3 = sum z^k/(k+3)!, paired so that the sums overlap; then the rest from p3. */
  vec z2 = z * z, z4 = z2 * z2;
  vec a0 = z * 4.1666666666666664e-02 + 1.6666666666666666e-01; /* 1/4!, 1/3! */
  vec a1 = z * 1.3888888888888889e-03 + 8.3333333333333332e-03;
  vec a2 = z * 2.4801587301587302e-05 + 1.9841269841269841e-04;
  vec a3 = z * 2.7557319223985888e-07 + 2.7557319223985893e-06;
  vec a4 = z * 2.0876756987868099e-09 + 2.5052108385441720e-08;
  vec a5 = z * 1.1470745597729725e-11 + 1.6059043836821613e-10;
  vec a6 = z * 4.7794773323873853e-14 + 7.6471637318198164e-13;
  vec a7 = z * 1.5619206968586225e-16 + 2.8114572543455206e-15; /* 1/18!, 1/17! */
  vec t3 = (((a7 * z2 + a6) * z4 + (a5 * z2 + a4)) * z4 + (a3 * z2 + a2)) * z4 + (a1 * z2 + a0);
  vec t2 = z * t3 + 0.5;
  vec t1 = z2 * t3 + (z * 0.5 + 1.0);
  vec te = z2 * t2 + z + 1.0;
  mask small = (z < 1.0) & (z > -1.0);
  if (SIGNS((vec)small) != (1 << LANES) - 1) {
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
