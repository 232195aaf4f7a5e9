#include "physics/ageing.h"

#include "base/remath.h"

#include <math.h>

cf_status cf_ageing_check(const cf_ageing_law *law, cf_diag *diag) {
  if (!(law->q0 >= 0.0) || !(law->a_per_sqrt_day >= 0.0))
    return cf_fail(diag, CF_INPUT, "calendar ageing needs a first share and a rate >= 0, not %.4g and %.4g", law->q0,
                   law->a_per_sqrt_day);
  if (law->points > CF_CYCLE_POINTS)
    return cf_fail(diag, CF_INPUT, "a table of cycles has at most %d points", CF_CYCLE_POINTS);
  for (uint32_t i = 0; i < law->points; i++)
    if (!(law->depth[i] > (i > 0 ? law->depth[i - 1] : 0.0)) || law->depth[i] > 1.0 || !(law->cycles[i] > 0.0) ||
        (i > 0 && law->cycles[i] > law->cycles[i - 1]))
      return cf_fail(diag, CF_INPUT,
                     "point %u of a table of cycles must raise the depth, within (0, 1], and not the number of cycles",
                     i + 1);
  if (law->points > 0 && !(law->end_share >= 0.0 && law->end_share < 1.0))
    return cf_fail(diag, CF_INPUT, "the capacity share at end of life lies in [0, 1), not at %.4g", law->end_share);
  return CF_OK;
}

void cf_ageing_rest(const cf_ageing_law *law, double temp_k, double charge_share, double span_s, cf_ageing *age) {
  if (law->q0 == 0.0) return;
  const double reference_per_k = 1.0 / 296.0, s_per_day = 86400.0;
  double exponent = law->b_k * (1.0 / temp_k - reference_per_k) + law->c_k * (charge_share / temp_k - reference_per_k);
  age->calendar += law->a_per_sqrt_day * law->a_per_sqrt_day * cf_exp(2.0 * exponent) * (span_s / s_per_day);
}

/* Share of the life that one cycle of a depth takes. */
static double damage(const cf_ageing_law *law, double depth) {
  if (law->points == 0 || depth <= 0.0) return 0.0;
  if (law->points == 1) return depth / law->depth[0] / law->cycles[0];
  uint32_t j = 0;
  while (j + 2 < law->points && depth >= law->depth[j + 1]) j++;
  double share = cf_log(depth / law->depth[j]) / cf_log(law->depth[j + 1] / law->depth[j]);
  return cf_exp(-share * cf_log(law->cycles[j + 1] / law->cycles[j])) / law->cycles[j];
}

static void count(const cf_ageing_law *law, double halves, float from, float to, cf_ageing *age) {
  age->half_cycles += halves;
  age->cycle_damage += 0.5 * halves * damage(law, fabs((double)to - (double)from));
}

void cf_ageing_turn(const cf_ageing_law *law, double charge_share, cf_ageing *age) {
  if (law->points == 0) return;
  float here = (float)charge_share, *turn = age->turn;
  uint32_t n = age->turns;
  if (n > 0 && here == turn[n - 1]) return;
  if (n > 1 && (here > turn[n - 1]) == (turn[n - 1] > turn[n - 2])) n--; /* it went on: no turn there */
  /* The range to here closes the one before it when it is no smaller. */
  while (n >= 2 && fabsf(here - turn[n - 1]) >= fabsf(turn[n - 1] - turn[n - 2])) {
    if (n > 2) {
      count(law, 2.0, turn[n - 2], turn[n - 1], age);
      n -= 2;
    } else { /* that one holds the starting point: a half cycle */
      count(law, 1.0, turn[0], turn[1], age);
      turn[0] = turn[1];
      n = 1;
    }
  }
  if (n == CF_RAINFLOW_DEPTH)
    count(law, 1.0, turn[n - 1], here, age);
  else
    turn[n++] = here;
  age->turns = n;
}

double cf_ageing_left(const cf_ageing_law *law, const cf_ageing *age) {
  double open = 0.0, left = 1.0;
  for (uint32_t i = 1; i < age->turns; i++)
    open += 0.5 * damage(law, fabs((double)age->turn[i] - (double)age->turn[i - 1]));
  if (law->q0 > 0.0) left = fmin(left, law->q0 - sqrt(age->calendar));
  if (law->points > 0) left = fmin(left, 1.0 - (1.0 - law->end_share) * (age->cycle_damage + open));
  return fmax(0.0, left);
}

double cf_arrhenius_s(double activation_k, double reference_k, double temp_k, double span_s) {
  if (activation_k == 0.0) return span_s;
  return span_s * cf_exp(-activation_k * (1.0 / temp_k - 1.0 / reference_k));
}

double cf_cem43_s(double temp_k, double span_s) {
  const double ln_2 = 0.6931471805599453, at_43_k = 316.15, at_39_k = 312.15;
  if (temp_k < at_39_k) return 0.0;
  double above = temp_k - at_43_k;
  return span_s * cf_exp((above >= 0.0 ? ln_2 : 2.0 * ln_2) * above);
}
