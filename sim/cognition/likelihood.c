#include "cognition/likelihood.h"

#include "base/random.h"
#include "cognition/generative.h"

#include <math.h>
#include <string.h>

static bool within(double value, double low, double high) { return value >= low && value <= high; }

static cf_status check(const cf_likelihood_source *source, cf_diag *diag) {
  const struct {
    const char *name;
    double value, low;
  } field[] = {{"hard_share", source->hard_share, 0.0},
               {"accuracy_in_domain", source->accuracy_in_domain, 0.5},
               {"accuracy_shifted", source->accuracy_shifted, 0.5},
               {"sure_if_right", source->sure_if_right, 0.0},
               {"sure_if_wrong", source->sure_if_wrong, 0.0}};
  for (size_t i = 0; i < sizeof field / sizeof field[0]; i++)
    if (!within(field[i].value, field[i].low, 1.0))
      return cf_fail(diag, CF_INPUT, "%s is %g: it must lie between %g and 1", field[i].name, field[i].value,
                     field[i].low);
  if (!within(source->hard_error_share, source->hard_share, 1.0))
    return cf_fail(diag, CF_INPUT,
                   "hard_error_share is %g: it must lie between hard_share (%g) and 1, as hard samples carry at least "
                   "their share of the errors",
                   source->hard_error_share, source->hard_share);
  return CF_OK;
}

/* Chance of a wrong verdict on an easy [0] and on a hard [1] sample, with the given mean. */
static void split_error(const cf_likelihood_source *source, double mean, double error[2]) {
  double hard = source->hard_share;
  if (hard <= 0.0 || hard >= 1.0) {
    error[0] = error[1] = mean; /* only one kind of sample exists */
    return;
  }
  error[1] = fmin(0.5, source->hard_error_share * mean / hard);
  error[0] =
      fmax(0.0, (mean - hard * error[1]) / (1.0 - hard)); /* rounding may leave -1e-17 when all errors are hard */
}

cf_status cf_likelihood_rule(const cf_likelihood_source *source, cf_outcome_table *table, cf_diag *diag) {
  cf_status status = check(source, diag);
  if (status != CF_OK) return status;
  double error[2][2]; /* [nuisance][hard] */
  split_error(source, 1.0 - source->accuracy_in_domain, error[0]);
  split_error(source, 1.0 - source->accuracy_shifted, error[1]);
  memset(table, 0, sizeof *table);
  table->outcomes = CF_LOOK_OUTCOMES;
  table->states = CF_LOOK_STATES;
  for (uint32_t joint = 0; joint < CF_JOINT_STATES; joint++) {
    for (uint32_t hard = 0; hard < 2; hard++) {
      uint32_t state = cf_look_state(joint, hard);
      uint32_t truth = cf_joint_event(joint);
      double wrong = error[cf_joint_nuisance(joint)][hard];
      double right = 1.0 - wrong;
      table->p[cf_look_outcome(truth, 1)][state] = right * source->sure_if_right;
      table->p[cf_look_outcome(truth, 0)][state] = right * (1.0 - source->sure_if_right);
      table->p[cf_look_outcome(1u - truth, 1)][state] = wrong * source->sure_if_wrong;
      table->p[cf_look_outcome(1u - truth, 0)][state] = wrong * (1.0 - source->sure_if_wrong);
    }
  }
  return CF_OK;
}

uint32_t cf_likelihood_draw(const cf_outcome_table *table, uint32_t state, double u) {
  double column[CF_MAX_OUTCOMES] = {0.0};
  for (uint32_t outcome = 0; outcome < table->outcomes; outcome++) column[outcome] = table->p[outcome][state];
  return cf_inverse_categorical(u, column, table->outcomes);
}
