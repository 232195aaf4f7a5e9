#include "sweep/tune.h"

#include "base/remath.h"
#include "config/quantity.h"
#include "store/number.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the whole box: how far the second half looks to either side of the best. */
static const double REACH = 0.125;
static const double EDGE = 0.01;

cf_tune cf_tune_of(const cf_plan *plan) {
  cf_tune tune = {.plan = plan, .reps = plan->tune_reps, .budget = plan->tune_budget};
  tune.first_half = tune.budget - tune.budget / 2;
  for (uint32_t i = 0; plan->tunes && i < plan->tuned; i++) {
    uint32_t p = 0;
    while (p < tune.policies && strcmp(tune.policy[p].name, plan->tune[i].policy) != 0) p++;
    cf_tune_policy *policy = &tune.policy[p];
    if (p == tune.policies) {
      if (p == CF_MAX_POLICIES) break;
      policy->name = plan->tune[i].policy;
      tune.policies++;
    }
    policy->parameter[policy->parameters++] = i;
  }
  return tune;
}

uint64_t cf_tune_trials(const cf_tune *tune, uint32_t evaluations) {
  return (uint64_t)evaluations * tune->reps * tune->policies;
}

cf_trial cf_tune_trial(const cf_tune *tune, uint32_t number) {
  uint32_t run = number / tune->policies;
  return (cf_trial){.policy = number % tune->policies, .evaluation = run / tune->reps, .rep = run % tune->reps};
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

/* The place of a value in its range, 0..1 in the tuned scale, and back. */
static double place_of(const cf_plan_tuned *tuned, double value) {
  if (tuned->log_scale) return cf_log(value / tuned->low) / cf_log(tuned->high / tuned->low);
  return (value - tuned->low) / (tuned->high - tuned->low);
}

static double value_at(const cf_plan_tuned *tuned, double place) {
  if (tuned->log_scale) return tuned->low * cf_exp(place * cf_log(tuned->high / tuned->low));
  return tuned->low + place * (tuned->high - tuned->low);
}

/* Written and read in one locale, whichever it is. */
static double in_four_digits(const cf_plan_tuned *tuned, double value) {
  char text[CF_NUMBER_BYTES];
  snprintf(text, sizeof text, "%.3e", value);
  double rounded = strtod(text, NULL);
  return rounded < tuned->low ? tuned->low : rounded > tuned->high ? tuned->high : rounded;
}

/* The point of the sequence with this number, from 0. */
static bool sobol(uint32_t dimensions, uint32_t number, double place[CF_MAX_TUNED]) {
  gsl_qrng *sequence = gsl_qrng_alloc(gsl_qrng_sobol, dimensions);
  if (!sequence) return false;
  for (uint64_t i = 0; i <= number; i++) gsl_qrng_get(sequence, place);
  gsl_qrng_free(sequence);
  return true;
}

cf_status cf_tune_values(const cf_tune *tune, uint32_t policy, uint32_t evaluation, const double *centre, double *value,
                         cf_diag *diag) {
  const cf_tune_policy *one = &tune->policy[policy];
  bool first = evaluation < tune->first_half;
  double place[CF_MAX_TUNED];
  if (!sobol(one->parameters, first ? evaluation : evaluation - tune->first_half + 1, place))
    return cf_fail(diag, CF_INTERNAL, "no memory for the tuning of '%s'", one->name);
  for (uint32_t i = 0; i < one->parameters; i++) {
    uint32_t at = one->parameter[i];
    const cf_plan_tuned *tuned = &tune->plan->tune[at];
    if (!first) {
      double middle = place_of(tuned, centre[at]);
      double low = fmax(middle - REACH, 0), high = fmin(middle + REACH, 1);
      place[i] = low + place[i] * (high - low);
    }
    value[at] = in_four_digits(tuned, value_at(tuned, place[i]));
  }
  return CF_OK;
}

/* ---- the best ---------------------------------------------------------------------------------------------------- */

typedef struct tally {
  uint32_t runs; /* of the evaluation at hand, that count */
  double sum;
  bool found;
  double least;
  uint32_t best; /* evaluation */
} tally;

static void close_evaluation(const cf_tune *tune, tally of[CF_MAX_POLICIES], uint32_t evaluation) {
  for (uint32_t p = 0; p < tune->policies; p++) {
    tally *one = &of[p];
    double mean = one->sum / tune->reps;
    if (one->runs == tune->reps && (!one->found || mean < one->least)) {
      one->found = true;
      one->least = mean;
      one->best = evaluation;
    }
    one->runs = 0;
    one->sum = 0;
  }
}

/* Evaluation by evaluation, each in order of its replications. */
static void tally_up(const cf_tune *tune, const cf_trials *trials, uint32_t evaluations, tally of[CF_MAX_POLICIES]) {
  uint64_t limit = cf_tune_trials(tune, evaluations);
  uint32_t at_hand = 0;
  for (uint32_t i = 0; i < trials->count; i++) {
    const cf_outcome *outcome = &trials->outcome[i];
    uint32_t number = outcome->run_id - trials->first_run;
    if (number >= limit) break;
    cf_trial trial = cf_tune_trial(tune, number);
    if (trial.evaluation != at_hand) close_evaluation(tune, of, at_hand);
    at_hand = trial.evaluation;
    if (!outcome->done || isnan(outcome->value)) continue;
    of[trial.policy].runs++;
    of[trial.policy].sum += outcome->value;
  }
  close_evaluation(tune, of, at_hand);
}

static cf_status nothing_counts(const cf_tune *tune, const cf_trials *trials, uint32_t policy, cf_diag *diag) {
  const char *why = NULL;
  for (uint32_t i = 0; i < trials->count && !why; i++)
    if (cf_tune_trial(tune, trials->outcome[i].run_id - trials->first_run).policy == policy)
      why = trials->outcome[i].error;
  return cf_fail(diag, CF_SOME_FAILED, "policy '%s' cannot be tuned: no evaluation has %u runs with a %s%s%s",
                 tune->policy[policy].name, tune->reps, tune->plan->tune_column, why ? "; the first failure: " : "",
                 why ? why : "");
}

cf_status cf_tune_best(const cf_tune *tune, const cf_trials *trials, bool whole, double value[CF_MAX_TUNED],
                       cf_diag *diag) {
  tally of[CF_MAX_POLICIES] = {0};
  double centre[CF_MAX_TUNED];
  tally_up(tune, trials, whole ? tune->budget : tune->first_half, of);
  for (uint32_t p = 0; p < tune->policies; p++)
    if (!of[p].found) return nothing_counts(tune, trials, p, diag);
  cf_status status = whole ? cf_tune_best(tune, trials, false, centre, diag) : CF_OK;
  for (uint32_t p = 0; status == CF_OK && p < tune->policies; p++)
    status = cf_tune_values(tune, p, of[p].best, centre, value, diag);
  return status;
}

/* ---- as settings ------------------------------------------------------------------------------------------------- */

static int write_path(const cf_plan_tuned *tuned, char text[CF_TUNE_TEXT]) {
  return snprintf(text, CF_TUNE_TEXT, "policies.%.100s.%.80s=", tuned->policy, tuned->parameter);
}

const char *cf_tune_write(const cf_plan_tuned *tuned, double value, char text[CF_TUNE_TEXT]) {
  char number[CF_NUMBER_BYTES];
  cf_number_exact(number, value);
  int length = write_path(tuned, text);
  snprintf(text + length, (size_t)(CF_TUNE_TEXT - length), "%s%s%s", number, tuned->unit[0] ? " " : "", tuned->unit);
  return text;
}

double cf_tune_read(const cf_plan_tuned *tuned, const char *text) {
  char expected[CF_TUNE_TEXT];
  size_t path = (size_t)write_path(tuned, expected);
  if (strncmp(text, expected, path) != 0) return NAN;
  size_t digits = cf_number_length(text + path);
  if (digits == 0) return NAN;
  double value = cf_number_value(text + path, digits, 0);
  /* Written again it is the same text, so the unit is right and nothing follows it. */
  if (!(value >= tuned->low && value <= tuned->high)) return NAN;
  return strcmp(cf_tune_write(tuned, value, expected), text) == 0 ? value : NAN;
}

bool cf_tune_on_edge(const cf_plan_tuned *tuned, double value) {
  double place = place_of(tuned, value);
  return place <= EDGE || place >= 1 - EDGE;
}
