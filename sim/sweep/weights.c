#include "sweep/weights.h"

#include "fleet/simulate.h"

#include <math.h>
#include <stdlib.h>

bool cf_weights_make(cf_weights *weights, const cf_board *board) {
  *weights = (cf_weights){.start = calloc((size_t)board->tasks + 1, sizeof *weights->start)};
  if (!weights->start) return false;
  for (uint32_t i = 0; i < board->tasks; i++)
    if (i == 0 || board->task[i].group != board->task[i - 1].group) weights->start[weights->groups++] = i;
  weights->start[weights->groups] = board->tasks;
  weights->tried = calloc((size_t)weights->groups + 1, sizeof *weights->tried);
  weights->weight = calloc(CF_WEIGHTS_MOST, sizeof *weights->weight);
  return weights->tried && weights->weight;
}

void cf_weights_free(cf_weights *weights) {
  free(weights->start);
  free(weights->tried);
  free(weights->weight);
}

static uint32_t group_of(const cf_weights *weights, uint32_t position) {
  uint32_t low = 0, high = weights->groups - 1;
  while (low < high) {
    uint32_t middle = high - (high - low) / 2;
    if (weights->start[middle] <= position)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

void cf_weights_put(cf_weights *weights, double weight) {
  uint32_t group = weights->weighed, runs = weights->start[group + 1] - weights->start[group];
  weights->weight[group] = weight;
  weights->weighed++;
  weights->known_all += weight * runs;
  weights->known_runs += runs;
  weights->known_tried += weight * weights->tried[group];
  weights->unknown_tried -= weights->tried[group];
}

static double predict(const cf_campaign *campaign, uint32_t point_id) {
  cf_inputs inputs;
  cf_diag ignored;
  cf_estimate estimate = {.events = NAN};
  cf_diag_init(&ignored);
  if (cf_inputs_read(campaign->plan_path, point_id, &inputs, &ignored) != CF_OK) return NAN;
  cf_scenario *scenario = cf_inputs_load(&inputs, NULL, 0, &ignored);
  if (scenario) {
    cf_estimate_run(scenario, &estimate);
    cf_scenario_destroy(scenario);
  }
  cf_inputs_free(&inputs);
  return estimate.events;
}

void cf_weights_next(cf_weights *weights, const cf_campaign *campaign, const cf_board *board) {
  if (weights->groups < 2 || weights->weighed == weights->groups || weights->weighed == CF_WEIGHTS_MOST) return;
  cf_campaign_run run = cf_campaign_run_of(campaign, board->task[weights->start[weights->weighed]].run_id);
  double weight = run.trial ? 1 : predict(campaign, run.point_id);
  double mean = weights->known_runs ? weights->known_all / weights->known_runs : 1;
  cf_weights_put(weights, isfinite(weight) && weight > 0 ? weight : mean);
}

void cf_weights_try(cf_weights *weights, uint32_t position) {
  uint32_t group = group_of(weights, position);
  weights->tried[group]++;
  if (group < weights->weighed)
    weights->known_tried += weights->weight[group];
  else
    weights->unknown_tried++;
}

double cf_weights_share(const cf_weights *weights, const cf_board *board) {
  double mean = weights->known_runs ? weights->known_all / weights->known_runs : 1;
  double all = weights->known_all + mean * (board->tasks - weights->known_runs);
  double done = weights->known_tried + mean * weights->unknown_tried;
  for (uint32_t i = 0; i < board->slots; i++) {
    uint32_t position;
    if (!cf_board_at_hand(board, i, &position)) continue;
    uint32_t group = group_of(weights, position);
    double share = (double)atomic_load(&board->slot[i].share) / UINT32_MAX;
    done += share * (group < weights->weighed ? weights->weight[group] : mean);
  }
  return done < all ? done / all : 1;
}
