#include "cli/dry_run.h"

#include "base/json.h"

#include <math.h>

enum { FIRST_POINTS = 5 };

static uint32_t least_runs(const cf_campaign *campaign) {
  return campaign->points.count * campaign->policies * campaign->plan->reps;
}

/* Of tuning and the least number of replications, on one core. */
static double total_s(const cf_dry_run *dry) {
  return dry->forecast->mean_s * ((double)least_runs(dry->campaign) + dry->campaign->trials);
}

static void print_counts(const cf_dry_run *dry) {
  const cf_campaign *campaign = dry->campaign;
  const cf_plan *plan = campaign->plan;
  FILE *out = dry->cli->out.out;
  fprintf(out, "%s: %s\n", plan->name, plan->question[0] ? plan->question : "(no question)");
  fprintf(out, "  %u point%s x %u polic%s x %u replication%s = %s runs", campaign->points.count,
          campaign->points.count == 1 ? "" : "s", campaign->policies, campaign->policies == 1 ? "y" : "ies", plan->reps,
          plan->reps == 1 ? "" : "s", cf_text_grouped(least_runs(campaign)).text);
  if (plan->max_reps > plan->reps)
    fprintf(out, ", up to %u replications until %s is known to %.3g %%", plan->max_reps, plan->until_column,
            plan->rel_halfwidth * 100);
  fputc('\n', out);
  if (campaign->trials)
    fprintf(out, "  %s trials before, to tune %u parameter%s\n", cf_text_grouped(campaign->trials).text, plan->tuned,
            plan->tuned == 1 ? "" : "s");
}

static void print_points(const cf_dry_run *dry) {
  const cf_campaign *campaign = dry->campaign;
  FILE *out = dry->cli->out.out;
  if (campaign->plan->axes == 0) return;
  for (uint32_t i = 0; i < campaign->points.count && i < FIRST_POINTS; i++) {
    char label[512];
    fprintf(out, "  point %-6u %s\n", i + 1, cf_point_label(campaign->plan, &campaign->points, i, label, sizeof label));
  }
  if (campaign->points.count > FIRST_POINTS)
    fprintf(out, "  ... and %s more\n", cf_text_grouped(campaign->points.count - FIRST_POINTS).text);
}

static void print_forecast(const cf_dry_run *dry) {
  const cf_forecast *forecast = dry->forecast;
  FILE *out = dry->cli->out.out;
  fprintf(out, "  time: about %s for a run, the longest %s (run %u); %s on one core",
          cf_text_duration(forecast->mean_s).text, cf_text_duration(forecast->longest_s).text, forecast->longest_run,
          cf_text_duration(total_s(dry)).text);
  if (dry->workers > 1) fprintf(out, ", %s on %u", cf_text_duration(total_s(dry) / dry->workers).text, dry->workers);
  fprintf(out, "\n  database: about %sB\n", cf_text_count(forecast->database_bytes).text);
  fprintf(out, "  first: %s %s", cf_text_grouped(dry->round->list.count).text, cf_stage_words(dry->round->stage));
  if (dry->workers == 0) fprintf(out, ", in %u part%s", dry->round->shards, dry->round->shards == 1 ? "" : "s");
  fprintf(out, "\n%s%s%s", dry->begun ? "  " : "", dry->begun ? dry->directory : "",
          dry->begun ? " has been begun; `status` says how far it is\n" : "");
}

cf_status cf_dry_run_print(const cf_dry_run *dry, cf_diag *diag) {
  print_counts(dry);
  print_points(dry);
  print_forecast(dry);
  if (!dry->slurm) return CF_OK;
  fputc('\n', dry->cli->out.out);
  return cf_slurm_print(dry->campaign, dry->round, dry->slurm, 0, dry->cli->out.out, diag);
}

void cf_dry_run_json(const cf_dry_run *dry) {
  const cf_campaign *campaign = dry->campaign;
  cf_json json = cf_json_start(dry->cli->out.out);
  cf_json_object(&json, NULL);
  cf_json_text(&json, "plan", campaign->plan->name);
  cf_json_text(&json, "question", campaign->plan->question);
  cf_json_count(&json, "points", campaign->points.count);
  cf_json_count(&json, "policies", campaign->policies);
  cf_json_count(&json, "replications", campaign->plan->reps);
  cf_json_count(&json, "most_replications", campaign->plan->max_reps);
  cf_json_count(&json, "runs", least_runs(campaign));
  cf_json_count(&json, "trials", campaign->trials);
  cf_json_real(&json, "run_mean_s", dry->forecast->mean_s);
  cf_json_real(&json, "run_longest_s", dry->forecast->longest_s);
  cf_json_count(&json, "longest_run_id", dry->forecast->longest_run);
  cf_json_real(&json, "total_s", total_s(dry));
  cf_json_real(&json, "database_bytes", dry->forecast->database_bytes);
  cf_json_text(&json, "first", cf_stage_words(dry->round->stage));
  cf_json_count(&json, "first_runs", dry->round->list.count);
  cf_json_count(&json, "parts", dry->round->shards);
  cf_json_close(&json);
}
