#include "cognition/generative.h"

#include <math.h>
#include <string.h>

enum { N = CF_JOINT_STATES, TERMS = 18 }; /* (1/2)^19 / 19! = 2e-23: below an ulp of any entry that the sum holds */

typedef double matrix[N][N]; /* [from][to] */

/* The rates out of `from`; the chains move one at a time. Diagonal left 0. */
static void fill_rates(const cf_process_rates *rates, matrix q) {
  memset(q, 0, sizeof(matrix));
  for (uint32_t from = 0; from < N; from++) {
    q[from][from ^ 1u] = cf_joint_event(from) ? rates->recovery_per_s : rates->onset_per_s[cf_joint_pressure(from)];
    q[from][from ^ 2u] = cf_joint_nuisance(from) ? rates->nuisance_off_per_s : rates->nuisance_on_per_s;
    q[from][from ^ 4u] = cf_joint_pressure(from) ? rates->pressure_off_per_s : rates->pressure_on_per_s;
  }
}

static double column_sum(const double column[N]) {
  double sum = 0.0;
  for (int to = 0; to < N; to++) sum += column[to];
  return sum;
}

static void normalise_columns(matrix m) {
  for (int from = 0; from < N; from++) {
    double sum = column_sum(m[from]);
    for (int to = 0; to < N; to++) m[from][to] /= sum;
  }
}

/* out = m q */
static void apply(const double m[N][N], const double q[N], double out[N]) {
  double sum[N] = {0.0};
  for (int from = 0; from < N; from++)
    for (int to = 0; to < N; to++) sum[to] += m[from][to] * q[from];
  memcpy(out, sum, sizeof sum);
}

/* out = a b; out may be a or b. */
static void multiply(const double a[N][N], const double b[N][N], matrix out) {
  matrix product;
  for (int from = 0; from < N; from++) apply(a, b[from], product[from]);
  memcpy(out, product, sizeof product);
}

static cf_status check(const cf_process_rates *rates, double slot_s, cf_diag *diag) {
  const struct {
    const char *name;
    double value;
  } field[] = {{"onset (pressure low)", rates->onset_per_s[0]},
               {"onset (pressure high)", rates->onset_per_s[1]},
               {"recovery", rates->recovery_per_s},
               {"pressure_on", rates->pressure_on_per_s},
               {"pressure_off", rates->pressure_off_per_s},
               {"nuisance_on", rates->nuisance_on_per_s},
               {"nuisance_off", rates->nuisance_off_per_s}};
  for (size_t i = 0; i < sizeof field / sizeof field[0]; i++)
    if (!(field[i].value >= 0.0 && isfinite(field[i].value)))
      return cf_fail(diag, CF_INPUT, "the rate of %s is %g 1/s: it must be 0 or positive", field[i].name,
                     field[i].value);
  if (!(slot_s > 0.0 && isfinite(slot_s)))
    return cf_fail(diag, CF_INPUT, "a slot of %g s: it must be positive", slot_s);
  return CF_OK;
}

cf_status cf_generative_init(cf_generative *model, const cf_process_rates *rates, double slot_s, cf_diag *diag) {
  cf_status status = check(rates, slot_s, diag);
  if (status != CF_OK) return status;
  matrix p;
  fill_rates(rates, p);
  double exits[N], fastest = 0.0;
  for (int from = 0; from < N; from++) {
    exits[from] = column_sum(p[from]);
    fastest = fmax(fastest, exits[from]);
  }
  double expected = fastest * slot_s; /* jumps of the uniformised chain in one slot */
  if (!(expected <= 1e12))
    return cf_fail(diag, CF_INPUT, "the world changes %g times in a slot of %g s: at most 1e12 can be predicted",
                   expected, slot_s);
  if (fastest > 0.0) {
    for (int from = 0; from < N; from++) {
      for (int to = 0; to < N; to++) p[from][to] /= fastest;
      p[from][from] = 1.0 - exits[from] / fastest;
    }
  }
  unsigned halvings = 0;
  while (expected > 0.5) {
    expected *= 0.5;
    halvings++;
  }
  /* Horner: sum of x^n P^n / n! = I + x P (I + x P / 2 (I + x P / 3 (...))). The factor e^-x is the same in every
   * entry, so normalising the columns puts it in. */
  double(*b)[N] = model->power[0];
  memset(b, 0, sizeof(matrix));
  for (int i = 0; i < N; i++) b[i][i] = 1.0;
  for (int n = TERMS; n >= 1; n--) {
    double factor = expected / n;
    multiply((const double(*)[N])p, (const double(*)[N])b, b);
    for (int from = 0; from < N; from++)
      for (int to = 0; to < N; to++) b[from][to] = b[from][to] * factor + (from == to ? 1.0 : 0.0);
  }
  normalise_columns(b);
  for (unsigned i = 0; i < halvings; i++) {
    multiply((const double(*)[N])b, (const double(*)[N])b, b);
    normalise_columns(b);
  }
  for (int k = 1; k < CF_SLOT_POWERS; k++) {
    const double(*half)[N] = (const double(*)[N])model->power[k - 1];
    multiply(half, half, model->power[k]);
    normalise_columns(model->power[k]); /* otherwise squaring doubles the columns' error every time */
  }
  memcpy(model->stationary, model->power[CF_SLOT_POWERS - 1][0], sizeof model->stationary);
  model->slot_s = slot_s;
  return CF_OK;
}

void cf_predict(const cf_generative *model, uint64_t slots, double q[CF_JOINT_STATES]) {
  if (slots == 0) return;
  for (int k = 0; slots >> k != 0; k++) {
    if (slots >> k & 1u) apply(model->power[k], q, q);
    if (k == CF_SLOT_POWERS - 1) break; /* shifting by the full width is not defined */
  }
  double sum = column_sum(q);
  for (int i = 0; i < N; i++) q[i] /= sum;
}
