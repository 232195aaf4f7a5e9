#include "cli/summary.h"

#include "cli/share_line.h"
#include "sweep/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LEAST = 20, NAME_MOST = 28 };

/* Share of the thermal budget from which a node's own heat is worth a line; a rule of our own. */
static const double HEAT_MATTERS = 0.01;

static const double LN2 = 0.69314718055994531;
static const double BOLTZMANN_J_PER_K = 1.380649e-23; /* exact, SI 2019 */

/* ---- figures ---------------------------------------------------------------------------------------------------- */

/* accuracy / (mean power of one node in W) / (mean rise in K); NAN where a divisor vanishes */
static double coldness_of(double accuracy, double used_j, double node_s, double rise_k) {
  if (!(used_j > 0) || !(node_s > 0) || !(rise_k > 0)) return NAN;
  return accuracy / (used_j / node_s) / rise_k;
}

static void figures_of_policy(const cf_batch *batch, const cf_scenario *scenario, uint32_t policy,
                              cf_policy_figures *figures) {
  double samples = 0, decisions = 0, loss = 0, missed = 0, false_alarms = 0, nodes = 0, used_j = 0, node_s = 0;
  double down = 0, heard = 0, local = 0, accuracy = 0, rise_k = 0;
  *figures = (cf_policy_figures){.name = scenario->policy[policy].name};
  for (uint32_t i = 0; i < batch->jobs; i++) {
    const cf_job *job = &batch->job[i];
    if (job->scenario != scenario || job->policy != policy || job->status != CF_OK) continue;
    const cf_run_row *row = &job->row;
    if (figures->runs++ == 0) figures->job = i;
    samples += (double)row->samples;
    decisions += (double)row->decisions;
    loss += row->loss;
    missed += (double)row->missed;
    false_alarms += (double)row->false_alarms;
    nodes += row->nodes;
    used_j += row->used_j;
    node_s += row->nodes * row->sim_s;
    down += row->down_frac;
    heard += row->heard_frac;
    local += row->local_frac;
    accuracy += row->accuracy;
    rise_k += row->rise_mean_k;
  }
  double n = figures->runs;
  figures->loss_per_1000 = 1000 * loss / samples; /* 0/0 is NAN: not defined */
  figures->missed = missed / n;
  figures->false_per_node = false_alarms / nodes;
  figures->down = down / n;
  figures->heard = heard / n;
  figures->local = local / n;
  figures->node_mj_each = 1000 * used_j / decisions;
  figures->coldness = coldness_of(accuracy / n, used_j, node_s, rise_k / n);
}

void cf_figures_make(const cf_batch *batch, const cf_scenario *scenario, cf_figures *figures) {
  *figures = (cf_figures){.policies = scenario->policies, .best = -1, .coldest = -1};
  for (uint32_t p = 0; p < scenario->policies; p++) {
    cf_policy_figures *now = &figures->policy[p];
    figures_of_policy(batch, scenario, p, now);
    if (now->runs == 0) continue;
    /* A policy that never decided is not the best of them. */
    if (!isnan(now->loss_per_1000) && isfinite(now->node_mj_each) &&
        (figures->best < 0 || now->loss_per_1000 < figures->policy[figures->best].loss_per_1000))
      figures->best = (int)p;
    if (!isnan(now->coldness) && (figures->coldest < 0 || now->coldness > figures->policy[figures->coldest].coldness))
      figures->coldest = (int)p;
  }
}

/* ---- headline --------------------------------------------------------------------------------------------------- */

void cf_summary_headline(const cf_terminal *out, const cf_scenario *scenario, const char *path, uint32_t reps) {
  FILE *to = out->out;
  fprintf(to, "%s%s%s:", cf_ink_code(out, CF_INK_BOLD), path, cf_ink_code(out, CF_INK_NONE));
  for (uint32_t i = 0; i < scenario->node_groups; i++)
    fprintf(to, " %s %s,", cf_text_grouped(scenario->nodes[i].count).text, scenario->nodes[i].name);
  for (uint32_t i = 0; i < scenario->hub_groups; i++)
    fprintf(to, " %s %s,", cf_text_grouped(scenario->hubs[i].count).text, scenario->hubs[i].name);
  if (scenario->climate) fprintf(to, " %s,", scenario->climate->name);
  fprintf(to, " %s from %s, %u polic%s", cf_text_duration((double)scenario->duration_ns * 1e-9).text,
          cf_text_date(scenario->start_unix_s).text, scenario->policies, scenario->policies == 1 ? "y" : "ies");
  if (reps > 1) fprintf(to, " x %u replications", reps);
  fputc('\n', to);
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

static int name_width(const cf_scenario *scenario) {
  size_t width = NAME_LEAST;
  for (uint32_t p = 0; p < scenario->policies; p++) {
    size_t length = strlen(scenario->policy[p].name) + 1;
    if (length > width) width = length;
  }
  return (int)(width < NAME_MOST ? width : NAME_MOST);
}

static void title(const cf_terminal *out, int width, const char *text, const char *columns) {
  fprintf(out->out, "%s%-*s%s%s\n", cf_ink_code(out, CF_INK_BOLD), width + 2, text, columns,
          cf_ink_code(out, CF_INK_NONE));
}

static const cf_gauge *gauge_of(const cf_summary *summary, uint32_t policy) {
  for (uint32_t i = 0; i < summary->batch->jobs; i++) {
    const cf_job *job = &summary->batch->job[i];
    if (job->scenario == summary->scenario && job->policy == policy && summary->batch->kept[i].has_gauge)
      return &summary->batch->kept[i].gauge;
  }
  return NULL;
}

static void print_scarcity(const cf_terminal *out, const cf_summary *summary, int width) {
  bool any = false;
  for (uint32_t p = 0; p < summary->scenario->policies && !any; p++) any = gauge_of(summary, p) != NULL;
  if (!any) return;
  fputc('\n', out->out);
  char columns[96];
  /* The words reach into the first column, whose title is short. */
  static const char words[] = "What is scarce (have : need)";
  int left = width + 2 + 11 - (int)strlen(words);
  snprintf(columns, sizeof columns, "%*s%12s%12s%11s", left, "sun", "night", "own heat", "channel");
  title(out, (int)strlen(words) - 2, words, columns);
  for (uint32_t p = 0; p < summary->scenario->policies; p++) {
    const cf_gauge *gauge = gauge_of(summary, p);
    if (!gauge) continue;
    fprintf(out->out, "  %-*.*s%11s%12s%12s%11s   %s\n", width, width - 1, summary->scenario->policy[p].name,
            cf_text_ratio(gauge->sun).text, cf_text_ratio(gauge->night).text, cf_text_small_share(gauge->own_heat).text,
            cf_text_small_share(gauge->channel).text, gauge->verdict ? gauge->verdict : "");
  }
}

static void print_results(const cf_terminal *out, const cf_figures *figures, int width) {
  uint32_t most = 0;
  for (uint32_t p = 0; p < figures->policies; p++)
    if (figures->policy[p].runs > most) most = figures->policy[p].runs;
  fputc('\n', out->out);
  char columns[96];
  snprintf(columns, sizeof columns, "%10s%8s%11s%9s%9s%9s%13s", "loss/1000", "missed", "false/node", "down", "heard",
           "local", "node mJ each");
  title(out, width, "How it went", columns);
  for (uint32_t p = 0; p < figures->policies; p++) {
    const cf_policy_figures *f = &figures->policy[p];
    if (f->runs == 0) {
      fprintf(out->out, "  %-*.*s%s\n", width, width - 1, f->name, "  no run is done");
      continue;
    }
    bool best = figures->best == (int)p, coldest = figures->coldest == (int)p;
    fprintf(out->out, "%s  %-*.*s%10s%8s%11s%9s%9s%9s%13s%s%s%s\n", best ? cf_ink_code(out, CF_INK_GREEN) : "", width,
            width - 1, f->name, cf_text_fixed(f->loss_per_1000, 2).text, cf_text_fixed(f->missed, most > 1).text,
            cf_text_fixed(f->false_per_node, 2).text, cf_text_share(f->down, 2).text, cf_text_share(f->heard, 1).text,
            cf_text_share(f->local, 1).text, cf_text_fixed(f->node_mj_each, 2).text, best ? " best" : "",
            coldest ? (best ? ", coldest" : " coldest") : "", best ? cf_ink_code(out, CF_INK_NONE) : "");
  }
}

/* The loss of a run, per 1000 samples; NAN when it is not done. */
static double loss_of(const cf_summary *summary, uint32_t policy, uint32_t rep) {
  for (uint32_t i = 0; i < summary->batch->jobs; i++) {
    const cf_job *job = &summary->batch->job[i];
    if (job->scenario == summary->scenario && job->policy == policy && job->rep == rep && job->status == CF_OK)
      return 1000 * job->row.loss / (double)job->row.samples;
  }
  return NAN;
}

/* "12.30 +- 0.45": mean and half of its CI95. */
static cf_text mean_text(const cf_terminal *out, const cf_moments *moments) {
  cf_text text = {"-"};
  cf_interval interval = cf_interval_of(moments, 0.05);
  if (moments->n > 0)
    snprintf(text.text, sizeof text.text, "%.10s %s %.10s", cf_text_fixed(interval.mean, 2).text,
             out->utf8 ? "\u00b1" : "+-", cf_text_fixed((interval.high - interval.low) / 2, 2).text);
  return text;
}

/* Right-aligned in so many columns; printf counts bytes. */
static void print_right(FILE *out, const char *text, unsigned columns) {
  unsigned own = cf_text_columns(text);
  fprintf(out, "%*s%s", own < columns ? (int)(columns - own) : 0, "", text);
}

/* Runs of one replication meet the same weather, so a policy is compared to the best by the differences. */
static void print_certainty(const cf_terminal *out, const cf_summary *summary, const cf_figures *figures, int width) {
  uint32_t reps = 0;
  for (uint32_t i = 0; i < summary->batch->jobs; i++)
    if (summary->batch->job[i].scenario == summary->scenario && summary->batch->job[i].rep >= reps)
      reps = summary->batch->job[i].rep + 1;
  if (reps < 2 || figures->best < 0) return;
  fputc('\n', out->out);
  title(out, width, "How sure is that", "   loss/1000, CI95   over the best, run by run");
  for (uint32_t p = 0; p < figures->policies; p++) {
    cf_moments loss = {0}, over = {0};
    for (uint32_t rep = 0; rep < reps; rep++) {
      double own = loss_of(summary, p, rep), best = loss_of(summary, (uint32_t)figures->best, rep);
      if (!isnan(own)) cf_moments_add(&loss, own);
      if (!isnan(own - best)) cf_moments_add(&over, own - best);
    }
    fprintf(out->out, "  %-*.*s", width, width - 1, figures->policy[p].name);
    print_right(out->out, mean_text(out, &loss).text, 18);
    print_right(out->out, figures->best == (int)p ? "best" : mean_text(out, &over).text, 28);
    fputc('\n', out->out);
  }
}

/* ---- joules ------------------------------------------------------------------------------------------------------ */

/* Items on lines of at most CF_PAGE_WIDTH columns, two blanks between them. */
typedef struct wrapped {
  FILE *out;
  unsigned column;
} wrapped;

static void wrap(wrapped *line, const char *item) {
  unsigned width = cf_text_columns(item) + 2;
  if (line->column > 0 && line->column + width > CF_PAGE_WIDTH) {
    fputc('\n', line->out);
    line->column = 0;
  }
  fprintf(line->out, "  %s", item);
  line->column += width;
}

/* Two accounts leak: the store and the die. */
static const char *shown_name(const char *account) {
  if (strcmp(account, "leakage") == 0) return "store leakage";
  if (strcmp(account, "silicon") == 0) return "silicon leakage";
  return account;
}

static cf_text shown_value(double value) {
  return fabs(value) >= 0.01 ? cf_text_fixed(value, 2) : cf_text_figure(value, 2);
}

static int by_size(const void *a, const void *b) {
  double x = fabs((*(const cf_kept_ledger *const *)a)->energy_j);
  double y = fabs((*(const cf_kept_ledger *const *)b)->energy_j);
  return (x < y) - (x > y);
}

typedef struct accounts {
  double harvest_j, spilled_j, kept_j; /* income, what was full to hold, and the sum of the rest */
  double given_j;                      /* of the rest, what does not come back from a store */
  unsigned rows;
  const cf_kept_ledger *row[CF_KEPT_LEDGER];
} accounts;

static accounts accounts_of(const cf_kept_run *run, const char *tier, const char *grp) {
  accounts sums = {0};
  for (uint32_t i = 0; i < run->ledger_rows; i++) {
    const cf_kept_ledger *row = &run->ledger[i];
    if (strcmp(row->tier, tier) != 0 || strcmp(row->grp, grp) != 0) continue;
    if (strcmp(row->account, "harvest") == 0 || strcmp(row->account, "mains") == 0) {
      sums.harvest_j += row->energy_j;
    } else if (strcmp(row->account, "spilled") == 0) {
      sums.spilled_j += row->energy_j;
    } else {
      sums.kept_j += row->energy_j;
      sums.given_j += fmax(row->energy_j, 0);
      sums.row[sums.rows++] = row;
    }
  }
  qsort(sums.row, sums.rows, sizeof sums.row[0], by_size);
  return sums;
}

static void print_accounts(FILE *out, const accounts *sums, cf_energy_unit unit) {
  char item[96];
  wrapped line = {.out = out};
  for (unsigned i = 0; i < sums->rows; i++) {
    if (sums->row[i]->energy_j == 0) continue;
    snprintf(item, sizeof item, "%s %s", shown_name(sums->row[i]->account),
             shown_value(sums->row[i]->energy_j / unit.joules).text);
    wrap(&line, item);
  }
  if (line.column) fputc('\n', out);
}

/* How what was given is shared among the accounts. */
static void print_shares(const cf_terminal *out, const accounts *sums) {
  cf_share share[CF_KEPT_LEDGER];
  for (unsigned i = 0; i < sums->rows; i++)
    share[i] = (cf_share){shown_name(sums->row[i]->account), sums->row[i]->energy_j};
  if (!(sums->given_j > 0)) return;
  fputs("  ", out->out);
  cf_share_line(out, share, sums->rows, CF_PAGE_WIDTH - 2);
  fputc('\n', out->out);
}

/* ---- the day ----------------------------------------------------------------------------------------------------- */

static const cf_kept_day *day_of(const cf_kept_run *run, const char *grp) {
  for (uint32_t i = 0; i < run->days; i++)
    if (strcmp(run->day[i].grp, grp) == 0) return &run->day[i];
  return NULL;
}

/* Ends a line of which `used` columns are written with words and a sparkline of the day at the page's right edge; a
 * line that has no room for them gets a line behind it. */
static void end_with_day(const cf_terminal *out, unsigned used, const char *words, const double mean[CF_HOURS]) {
  char spark[3 * CF_HOURS + 1];
  unsigned needed = (unsigned)strlen(words) + 1 + CF_HOURS;
  cf_sparkline(out, mean, CF_HOURS, spark);
  if (used + 2 + needed > CF_PAGE_WIDTH) {
    fputc('\n', out->out);
    used = 0;
  }
  fprintf(out->out, "%*s%s %s", (int)(CF_PAGE_WIDTH - used - needed), "", words, spark);
}

/* Title of a block, with the sparkline of the group at the right when there is one. */
static void print_joule_title(const cf_terminal *out, const cf_kept_run *run, const cf_node_group *group,
                              const char *policy, bool replicated) {
  char text[200];
  const cf_kept_day *day = group->storage ? day_of(run, group->name) : NULL;
  double mean[CF_HOURS];
  snprintf(text, sizeof text, "Where the joules went (%.40s, %.40s%s)", group->name, policy,
           replicated ? ", first replication" : "");
  fprintf(out->out, "\n%s%s%s", cf_ink_code(out, CF_INK_BOLD), text, cf_ink_code(out, CF_INK_NONE));
  if (day && cf_kept_means(&day->stored, mean)) end_with_day(out, cf_text_columns(text), "stored by hour", mean);
  fputc('\n', out->out);
}

static void print_group(const cf_terminal *out, const cf_kept_run *run, const cf_node_group *group,
                        const cf_policy_figures *policy) {
  accounts sums = accounts_of(run, "node", group->name);
  if (sums.rows == 0) return;
  print_joule_title(out, run, group, policy->name, policy->runs > 1);
  cf_energy_unit unit = cf_energy_unit_for(sums.given_j);
  if (group->mains)
    fprintf(out->out, "  drawn from the mains %s %s\n", cf_text_fixed(sums.kept_j / unit.joules, 2).text, unit.name);
  else if (sums.harvest_j == 0)
    fprintf(out->out, "  nothing harvested; used from the store, in %s:\n", unit.name);
  else
    fprintf(out->out, "  harvested %s %s = spilled when full %s + kept %s\n",
            cf_text_fixed(sums.harvest_j / unit.joules, 2).text, unit.name,
            cf_text_fixed(sums.spilled_j / unit.joules, 2).text, cf_text_fixed(sums.kept_j / unit.joules, 2).text);
  print_shares(out, &sums);
  print_accounts(out->out, &sums, unit);
}

static void print_hubs(const cf_terminal *out, const cf_kept_run *run, const cf_scenario *scenario) {
  for (uint32_t i = 0; i < scenario->hub_groups; i++) {
    accounts sums = accounts_of(run, "hub", scenario->hubs[i].name);
    if (sums.rows == 0) continue;
    cf_energy_unit unit = cf_energy_unit_for(sums.kept_j);
    fprintf(out->out, "  beside them the %s drew %s %s:\n", scenario->hubs[i].name,
            cf_text_fixed(sums.kept_j / unit.joules, 2).text, unit.name);
    print_accounts(out->out, &sums, unit);
  }
}

static void print_thought(const cf_terminal *out, const cf_run_row *row) {
  if (row->nats_gained > 0 && row->used_j > 0) {
    double ktln2 = BOLTZMANN_J_PER_K * row->mean_air_k * LN2;
    double per_bit_j = row->used_j * LN2 / row->nats_gained;
    fprintf(out->out, "  %s nats/J; a bit of belief cost %s kT ln 2 (at %s degC)",
            cf_text_figure(row->nats_gained / row->used_j, 2).text, cf_text_figure(per_bit_j / ktln2, 2).text,
            cf_text_fixed(row->mean_air_k - 273.15, 0).text);
  } else {
    fputs("  no nats were gained", out->out);
  }
  if (row->tokens > 0)
    fprintf(out->out, "; %s tokens/Wh\n", cf_text_figure(row->tokens * 3600 / row->used_j, 3).text);
  else
    fputs("; no model here emits tokens\n", out->out);
}

/* ---- degrees ----------------------------------------------------------------------------------------------------- */

static int by_rise(const void *a, const void *b) {
  double x = (*(const cf_kept_ledger *const *)a)->rise_k, y = (*(const cf_kept_ledger *const *)b)->rise_k;
  return (x < y) - (x > y);
}

/* Why a group's dies are warmer than the air. */
typedef struct causes {
  double sum_k, size_k; /* of the rises, and of their magnitudes */
  unsigned rows;
  const cf_kept_ledger *row[CF_KEPT_LEDGER];
} causes;

static causes causes_of(const cf_kept_run *run, const char *grp) {
  causes all = {0};
  for (uint32_t i = 0; i < run->ledger_rows; i++) {
    const cf_kept_ledger *row = &run->ledger[i];
    if (strcmp(row->tier, "node") != 0 || strcmp(row->grp, grp) != 0 || isnan(row->rise_k)) continue;
    all.sum_k += row->rise_k;
    all.size_k += fabs(row->rise_k);
    all.row[all.rows++] = row;
  }
  qsort(all.row, all.rows, sizeof all.row[0], by_rise);
  return all;
}

/* Causes of less than a hundredth go together, and unsaid where they do not change the sum. */
static void print_causes(FILE *out, const causes *all) {
  char item[96];
  double others_k = 0;
  unsigned items = 0;
  wrapped line = {.out = out};
  for (unsigned i = 0; i < all->rows; i++) {
    const cf_kept_ledger *row = all->row[i];
    if (fabs(row->rise_k) < 0.01 * all->size_k) {
      others_k += row->rise_k;
      continue;
    }
    snprintf(item, sizeof item, "%s %s", shown_name(row->account), shown_value(row->rise_k).text);
    wrap(&line, item);
    items++;
  }
  if (fabs(others_k) >= 1e-3 * all->size_k) {
    snprintf(item, sizeof item, "others %s", shown_value(others_k).text);
    wrap(&line, item);
    items++;
  }
  snprintf(item, sizeof item, "= %s K over the air", shown_value(all->sum_k).text);
  if (items > 1)
    wrap(&line, item);
  else
    fputs(" K over the air", out);
  fputc('\n', out);
}

static void print_budget(FILE *out, const cf_kept_heat *heat, double limit_k, double span_s) {
  double budget_w = heat->budget_w / heat->nodes, throttled = heat->throttled_s / heat->nodes / span_s;
  fprintf(out, "  thermal budget %s W, ", shown_value(budget_w).text);
  if (isnan(heat->used_frac))
    fputs("none at some: their surroundings pass the limit", out);
  else
    fprintf(out, "%s used", cf_text_small_share(heat->used_frac / heat->nodes).text);
  fprintf(out, "; hottest %s degC, throttles above %s", cf_text_fixed(heat->hottest_k - 273.15, 1).text,
          cf_text_fixed(limit_k - 273.15, 1).text);
  if (throttled > 0) fprintf(out, " (%s of the time)", cf_text_small_share(throttled).text);
  fputc('\n', out);
}

/* The policy whose own heat takes most of what may leave; the one shown where that is next to nothing. */
static const cf_policy_figures *hottest(const cf_summary *summary, const cf_figures *figures,
                                        const cf_policy_figures *shown) {
  double most = HEAT_MATTERS;
  for (uint32_t p = 0; p < figures->policies; p++) {
    const cf_policy_figures *policy = &figures->policy[p];
    if (policy->runs == 0) continue;
    double used = summary->batch->job[policy->job].row.heat_used_frac;
    if (isnan(used)) used = INFINITY; /* a node has nothing left to use */
    if (used <= most) continue;
    most = used;
    shown = policy;
  }
  return shown;
}

/* With the temperature by hour at the right, where a node's own heat matters to it. */
static void print_degree_title(const cf_terminal *out, const cf_kept_run *run, const cf_run_row *row,
                               const cf_node_group *group, const cf_policy_figures *policy) {
  char text[200], words[64];
  const cf_kept_day *day = day_of(run, group->name);
  double mean[CF_HOURS], low_k = INFINITY, high_k = -INFINITY;
  snprintf(text, sizeof text, "Whose degrees (%.40s, %.40s%s)", group->name, policy->name,
           policy->runs > 1 ? ", first replication" : "");
  fprintf(out->out, "\n%s%s%s", cf_ink_code(out, CF_INK_BOLD), text, cf_ink_code(out, CF_INK_NONE));
  bool matters = isnan(row->heat_used_frac) || row->heat_used_frac > HEAT_MATTERS;
  if (matters && day && cf_kept_means(&day->temp_k, mean)) {
    for (unsigned h = 0; h < CF_HOURS; h++) {
      low_k = fmin(low_k, mean[h]);
      high_k = fmax(high_k, mean[h]);
    }
    snprintf(words, sizeof words, "%.12s to %.12s degC by hour", cf_text_fixed(low_k - 273.15, 1).text,
             cf_text_fixed(high_k - 273.15, 1).text);
    end_with_day(out, cf_text_columns(text), words, mean);
  }
  fputc('\n', out->out);
}

/* Of the group whose dies are the warmest over the air. */
static void print_degrees(const cf_terminal *out, const cf_summary *summary, const cf_policy_figures *policy) {
  const cf_scenario *scenario = summary->scenario;
  const cf_kept_run *run = &summary->batch->kept[policy->job];
  const cf_run_row *row = &summary->batch->job[policy->job].row;
  const cf_node_group *group = NULL;
  causes most = {0};
  for (uint32_t g = 0; g < scenario->node_groups; g++) {
    causes now = causes_of(run, scenario->nodes[g].name);
    if (!(now.size_k > 0) || (group && now.sum_k <= most.sum_k)) continue;
    group = &scenario->nodes[g];
    most = now;
  }
  if (!group) return;
  print_degree_title(out, run, row, group, policy);
  print_causes(out->out, &most);
  for (uint32_t i = 0; i < run->heats; i++)
    if (strcmp(run->heat[i].grp, group->name) == 0)
      print_budget(out->out, &run->heat[i], group->limits.throttle_above_k, row->sim_s);
  if (row->loop_gain >= 1)
    fprintf(out->out, "  %sat the throttle limit a kelvin adds %s K by silicon leakage: there the die can run away%s\n",
            cf_ink_code(out, CF_INK_YELLOW), cf_text_fixed(row->loop_gain, 2).text, cf_ink_code(out, CF_INK_NONE));
}

/* ---- the closing lines ------------------------------------------------------------------------------------------- */

/* Books that cannot be read (NAN) do not close. */
static double worse(double a, double b) { return isnan(a) || b <= a ? a : b; }

static void print_books(const cf_terminal *out, const cf_summary *summary) {
  double energy = 0, heat = 0;
  uint32_t done = 0;
  cf_digest digest = {{0, 0}};
  for (uint32_t i = 0; i < summary->batch->jobs; i++) {
    const cf_job *job = &summary->batch->job[i];
    if (job->scenario != summary->scenario || job->status != CF_OK) continue;
    energy = worse(energy, job->row.energy_residual);
    heat = worse(heat, job->row.heat_residual);
    cf_digest_merge(&digest, job->row.digest);
    done++;
  }
  if (done == 0) return;
  fprintf(out->out, "\nBooks close to %s, heat to %s. ", cf_text_figure(energy, 1).text, cf_text_figure(heat, 1).text);
  if (done == 1)
    fprintf(out->out, "Digest %s.\n", cf_text_digest(digest.lane).text);
  else
    fprintf(out->out, "Digest of all %u runs %s.\n", done, cf_text_digest(digest.lane).text);
}

static uint32_t count_assumed(const cf_scenario *scenario) {
  uint32_t assumed = 0;
  for (uint32_t i = 0; i < scenario->constants; i++) assumed += scenario->constant[i].status == 'A';
  return assumed;
}

static void print_constants(const cf_terminal *out, const cf_scenario *scenario) {
  uint32_t read = 0, measured = 0, set = 0, assumed = count_assumed(scenario);
  for (uint32_t i = 0; i < scenario->constants; i++) {
    switch (scenario->constant[i].status) {
      case 'V':
        read++;
        break;
      case 'M':
        measured++;
        break;
      case 'A':
        break;
      default:
        set++;
    }
  }
  fprintf(out->out, "%u constants: %u read in a source, %u measured, %u assumed", scenario->constants, read, measured,
          assumed);
  if (set) fprintf(out->out, ", %u set by this scenario", set);
  fputs(".\n", out->out);
}

typedef struct proposal {
  char command[512];
  const char *about;
} proposal;

void cf_summary_next(const cf_terminal *out, const cf_summary *summary) {
  char about[64];
  proposal next[3] = {{.about = about}, {.about = "questions ready to ask"}, {.about = "where a value came from"}};
  unsigned widest = 0;
  snprintf(about, sizeof about, "the %u assumed constants", count_assumed(summary->scenario));
  snprintf(next[0].command, sizeof next[0].command, "%s cite %s --status A", summary->program, summary->database);
  snprintf(next[1].command, sizeof next[1].command, "%s query %s --list", summary->program, summary->database);
  snprintf(next[2].command, sizeof next[2].command, "%s show %s --explain seed", summary->program, summary->path);
  for (unsigned i = 0; i < 3; i++) {
    unsigned columns = cf_text_columns(next[i].command);
    if (columns > widest) widest = columns;
  }
  if (widest > 66) widest = 0; /* long paths: no column to keep */
  fputc('\n', out->out);
  for (unsigned i = 0; i < 3; i++)
    fprintf(out->out, "%s%-*s  %s%s%s\n", i ? "      " : "Next: ", (int)widest, next[i].command,
            cf_ink_code(out, CF_INK_DIM), next[i].about, cf_ink_code(out, CF_INK_NONE));
}

void cf_summary_print(const cf_terminal *out, const cf_summary *summary) {
  cf_figures figures;
  int width = name_width(summary->scenario);
  cf_figures_make(summary->batch, summary->scenario, &figures);
  print_scarcity(out, summary, width);
  print_results(out, &figures, width);
  print_certainty(out, summary, &figures, width);
  int shown = figures.best >= 0 ? figures.best : figures.coldest;
  if (shown >= 0) {
    const cf_policy_figures *policy = &figures.policy[shown];
    const cf_kept_run *run = &summary->batch->kept[policy->job];
    for (uint32_t g = 0; g < summary->scenario->node_groups; g++)
      print_group(out, run, &summary->scenario->nodes[g], policy);
    print_hubs(out, run, summary->scenario);
    print_thought(out, &summary->batch->job[policy->job].row);
    print_degrees(out, summary, hottest(summary, &figures, policy));
  }
  print_books(out, summary);
  print_constants(out, summary->scenario);
}
