/* libFuzzer: DIR/round of a sweep with 600 runs and tuning. The hash at its end is put right, so that what stands above
 * is looked at. Whatever is accepted names runs of its stage in order, and its parts are the whole. */
#include "sweep/round.h"
#include "sweep/tune.h"

#include <sha256.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char head[] = "coldfleet round\nplan 0000000000000000000000000000000000000000000000000000000000000042\n";

static void check(const cf_campaign *campaign, const cf_round *round) {
  uint32_t first, count, next = 0;
  cf_round_runs(campaign, round->stage, &first, &count);
  for (uint32_t i = 0; i < round->list.count; i++) {
    uint32_t id = round->list.run_id[i];
    if (id < first || id - first >= count || (i > 0 && id <= round->list.run_id[i - 1])) abort();
  }
  for (uint32_t shard = 1; shard <= round->shards && shard <= 700; shard++) {
    uint32_t from, runs;
    cf_round_part(round, shard, &from, &runs);
    if (from != next) abort();
    next = from + runs;
  }
  if (round->shards <= 700 && next != round->list.count) abort();
  for (uint32_t i = 0; i < round->settings; i++)
    if (!(cf_tune_read(&campaign->plan->tune[i], round->setting[i].text) >= 0)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  cf_plan plan = {.tunes = true,
                  .tune_column = "loss",
                  .tune_budget = 8,
                  .tune_reps = 2,
                  .tuned = 2,
                  .tune = {{"random", "ask", "%", 0, 50, false, {0}}, {"other", "wait", "s", 1, 90, true, {0}}}};
  cf_campaign *campaign = calloc(1, sizeof *campaign);
  char *text = malloc(sizeof head + size + 80);
  if (!campaign || !text) abort();
  campaign->plan = &plan;
  campaign->runs = 600;
  campaign->trials = 32;
  memcpy(campaign->plan_sha256, strchr(head, '\n') + 6, 64);
  size_t length = sizeof head - 1;
  memcpy(text, head, length);
  if (size > 0) memcpy(text + length, data, size);
  length += size;
  char sha256[65];
  SHA256Data((const uint8_t *)text, length, sha256);
  length += (size_t)snprintf(text + length, 80, "sha256 %s\n", sha256);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_round round;
  bool read = cf_round_parse(campaign, "round", text, length, &round, &diag) == CF_OK;
  if (read != (diag.errors == 0)) abort();
  if (read) check(campaign, &round);
  cf_round_free(&round);
  free(text);
  free(campaign);
  return 0;
}
