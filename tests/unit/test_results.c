/* What a finished world says: ledgers that sum to zero, ratios of the run's row, samples of the series, order of rows.
 */
#include "fleet/results.h"

#include "fixtures/fleet/field.h"

static cf_diag diag;

enum { GROUPS = 4, ROWS = 4000 };
typedef struct sums {
  double harvest, spilled, stored, lost, uses, heat, radiated; /* by account */
  double rise, own_rise;                                       /* of all accounts; of uses and losses */
  unsigned rows, accounts;
} sums;

typedef struct told {
  sums group[GROUPS];
  const char *name[GROUPS];
  unsigned groups;
  cf_node_row nodes[ROWS];
  unsigned node_count;
  cf_link_row link[8];
  unsigned links;
  double hub[5]; /* mains, idle, think, tx, rx */
  cf_series_row series[8];
  unsigned series_count;
  cf_power_event_row power[ROWS];
  unsigned powers;
  cf_decision_row decision[ROWS];
  unsigned decisions;
  cf_status refuse_decision;
} told;

static sums *group_of(told *t, const char *name) {
  for (unsigned g = 0; g < t->groups; g++)
    if (strcmp(t->name[g], name) == 0) return &t->group[g];
  assert_true(t->groups < GROUPS);
  t->name[t->groups] = name;
  return &t->group[t->groups++];
}

static cf_status on_ledger(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *d) {
  (void)d;
  told *t = self;
  assert_int_equal(run_id, 9);
  if (strcmp(row->tier, "hub") == 0) {
    static const char *const hub[] = {"mains", "idle", "think", "radio-tx", "radio-rx"};
    for (int i = 0; i < 5; i++)
      if (strcmp(row->account, hub[i]) == 0) t->hub[i] += row->energy_j;
    assert_true(isnan(row->rise_k));
    return CF_OK;
  }
  assert_string_equal(row->tier, "node");
  sums *s = group_of(t, row->grp);
  static const char *const supply[] = {"harvest", "spilled", "stored"}, *const lost[] = {"converter", "leakage", "esr"};
  double *const at[] = {&s->harvest, &s->spilled, &s->stored};
  s->rows++;
  s->rise += row->rise_k;
  for (int i = 0; i < 3; i++) {
    if (strcmp(row->account, supply[i]) == 0) {
      *at[i] += row->energy_j;
      s->accounts++;
      assert_true(row->heat_j == 0.0 && row->rise_k == 0.0);
      return CF_OK;
    }
    if (strcmp(row->account, lost[i]) == 0) {
      s->lost += row->energy_j;
      s->own_rise += row->rise_k;
      s->accounts++;
      assert_true(row->heat_j == row->energy_j);
      return CF_OK;
    }
  }
  for (int u = 0; u < CF_USES; u++) {
    if (strcmp(row->account, cf_use_name[u]) != 0) continue;
    s->uses += row->energy_j;
    s->accounts++;
    s->heat += row->heat_j;
    s->own_rise += row->rise_k;
    s->radiated += row->energy_j - row->heat_j;
    if (u != CF_USE_TX) assert_true(row->heat_j == row->energy_j);
    return CF_OK;
  }
  static const char *const warmth[] = {"sun", "machine", "blood", "generator", "surface", "heat-kept"};
  for (size_t i = 0; i < sizeof warmth / sizeof *warmth; i++) {
    if (strcmp(row->account, warmth[i]) != 0) continue;
    assert_true(row->energy_j == 0.0); /* warms the node, feeds it not */
    return CF_OK;
  }
  fail_msg("unknown account %s", row->account);
  return CF_INTERNAL;
}
static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *d) {
  (void)d;
  (void)run_id;
  told *t = self;
  assert_int_equal(t->groups + t->links, 0); /* nodes come first */
  assert_int_equal(row->node_id, t->node_count);
  t->nodes[t->node_count++] = *row;
  return CF_OK;
}
static cf_status on_link(void *self, uint32_t run_id, const cf_link_row *row, cf_diag *d) {
  (void)d;
  (void)run_id;
  told *t = self;
  assert_int_equal(row->hub_id, t->links);
  t->link[t->links++] = *row;
  return CF_OK;
}
static cf_status on_series(void *self, uint32_t run_id, const cf_series_row *row, cf_diag *d) {
  (void)d;
  (void)run_id;
  told *t = self;
  t->series[t->series_count++] = *row;
  return CF_OK;
}
static cf_status on_power(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *d) {
  (void)d;
  assert_int_equal(run_id, 9);
  told *t = self;
  t->power[t->powers++] = *row;
  return CF_OK;
}
static cf_status on_decision(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *d) {
  (void)d;
  (void)run_id;
  told *t = self;
  t->decision[t->decisions++] = *row;
  return t->refuse_decision;
}

static told *new_told(void) {
  told *t = calloc(1, sizeof *t);
  assert_non_null(t);
  return t;
}

static cf_recorder recorder_of(told *t) {
  return (cf_recorder){.self = t,
                       .ledger = on_ledger,
                       .node = on_node,
                       .link = on_link,
                       .series = on_series,
                       .power_event = on_power,
                       .decision = on_decision};
}

static bool near(double a, double b, double scale) { return fabs(a - b) <= 1e-9 * fabs(scale); }

/* Two groups, one with a store and one on mains, two hubs. */
static field two_groups(void) {
  static const char *const settings[] = {"fleet.sensors.count=20",
                                         "fleet.gateways.nodes_each=20",
                                         "duration=30 h",
                                         "fleet.sensors.storage.capacitance=0.15 F",
                                         "place.site.nodes_each=10",
                                         "fleet.sensors.sample_every=2 min",
                                         NULL};
  cf_scenario *scenario = field_load("scenarios/agriculture.yaml", settings);
  scenario->node_groups = 2;
  scenario->nodes[1] = scenario->nodes[0];
  scenario->nodes[1].name = "fed";
  scenario->nodes[1].mains = true;
  scenario->nodes[1].harvesters = 0;
  scenario->hubs[0].count = 2;
  field f = field_make(scenario, FIELD_ESCALATE, 5);
  field_run(&f.world->model, scenario->duration_ns);
  return f;
}

static void ledgers_sum_to_zero_group_by_group(void **unused) {
  (void)unused;
  field f = two_groups();
  told *t = new_told();
  cf_recorder recorder = recorder_of(t);
  assert_int_equal(cf_results_tell(f.world, 9, &recorder, &diag), CF_OK);
  assert_int_equal(t->groups, 2);
  for (unsigned g = 0; g < 2; g++) {
    const sums *s = &t->group[g];
    assert_int_equal(s->accounts, 6 + CF_USES - 1); /* nothing is saved before a brown-out */
    assert_int_equal(s->rows, s->accounts + 2);     /* the sun, and the heat that is still in the node */
    assert_true(s->harvest > 0.0 && s->uses > 0.0 && s->lost >= 0.0 && s->spilled >= 0.0);
    assert_true(near(s->harvest, s->spilled + s->stored + s->lost + s->uses, s->harvest));
    const cf_radio *radio = f.scenario->nodes[g].radio;
    double tx = 0.0;
    for (uint32_t i = 0; i < 20; i++) tx += cf_world_node(f.world, 20 * g + i)->use_j[CF_USE_TX];
    assert_true(tx > 0.0 && near(s->radiated, tx * radio->radiated_power_w / radio->tx_power_w, s->uses));
  }
  assert_string_equal(t->name[1], "fed");
  assert_true(t->group[1].lost == 0.0 && t->group[1].stored == 0.0 && t->group[1].spilled == 0.0); /* mains */
  assert_true(t->group[0].lost > 0.0 && t->group[0].stored != 0.0);
  assert_true(t->hub[0] > 0.0 && near(t->hub[0], t->hub[1] + t->hub[2] + t->hub[3] + t->hub[4], t->hub[0]));
  /* The mean rise by all accounts is that of the heat through the network. */
  double seconds = cf_ticks_to_s(f.scenario->duration_ns);
  const cf_body_class *class = &f.world->class[0].body;
  const double *rise_of_die = &class->modal.rise_k_per_w[(size_t) class->die_node * class->modal.modes];
  double rise = (t->group[0].heat * rise_of_die[class->die_node] + t->group[0].lost * rise_of_die[class->case_node]) /
                seconds / 20.0;
  assert_true(near(t->group[0].own_rise, rise, rise));
  /* And by all causes it is the mean over the nodes of the rise itself. */
  for (unsigned g = 0; g < 2; g++) {
    double mean_k = 0.0;
    for (uint32_t i = 0; i < 20; i++)
      mean_k += cf_world_node(f.world, 20 * g + i)->flows.die_excess_ks / seconds / 20.0;
    assert_true(near(t->group[g].rise, mean_k, t->group[g].rise + rise));
  }
  assert_int_equal(t->links, 2);
  free(t);
  field_drop(&f);
}

static void the_row_is_the_sum_of_the_nodes(void **unused) {
  (void)unused;
  field f = two_groups();
  told *t = new_told();
  cf_recorder recorder = recorder_of(t);
  cf_run_row row = {0};
  assert_int_equal(cf_results_tell(f.world, 9, &recorder, &diag), CF_OK);
  cf_results_sum(f.world, &row);
  assert_int_equal(t->node_count, 40);
  assert_int_equal(row.nodes, 40);
  double used = 0.0, harvest = 0.0, spilled = 0.0, down = 0.0, throttled = 0.0, loss = 0.0, hottest = 0.0,
         residual = 0.0;
  uint64_t decisions = 0, correct = 0, asked = 0, brownouts = 0, answered = 0;
  for (unsigned i = 0; i < 40; i++) {
    const cf_node_row *n = &t->nodes[i];
    used += n->used_j;
    harvest += n->harvest_j;
    spilled += n->spilled_j;
    down += n->down_s;
    throttled += n->throttled_s;
    loss += n->loss;
    decisions += n->decisions;
    correct += n->correct;
    asked += n->asked;
    answered += n->answered;
    brownouts += n->brownouts;
    hottest = fmax(hottest, n->temp_max_k);
    residual = fmax(residual, fabs(n->energy_residual));
    assert_true(near(n->stored_start_j + n->harvest_j, n->spilled_j + n->used_j + n->stored_end_j,
                     n->stored_start_j + n->harvest_j));
    assert_true(n->stored_min_j <= fmin(n->stored_start_j, n->stored_end_j) * (1 + 1e-6));
    assert_true(n->correct <= n->decisions && n->asked <= n->decisions && n->answered <= n->asked);
    assert_int_equal(n->site_id, i / 10);
    assert_int_equal(n->hub_id, i / 20);
    assert_string_equal(n->grp, i < 20 ? "sensors" : "fed");
    if (i >= 20) assert_int_equal(n->brownouts, 0);
  }
  assert_true(near(row.used_j, used, used) && near(row.harvest_j, harvest, harvest) &&
              near(row.spilled_j, spilled, harvest));
  assert_true(near(row.loss, loss, loss + 1.0) && near(row.down_frac, down / (40.0 * row.sim_s), 1.0) &&
              near(row.throttled_s, throttled, 1.0));
  assert_int_equal(row.decisions, decisions);
  assert_int_equal(row.brownouts, brownouts);
  assert_true(row.brownouts > 0 && row.down_frac > 0.0);
  assert_true(near(row.accuracy, (double)correct / (double)decisions, 1.0));
  assert_true(near(row.local_frac, 1.0 - (double)asked / (double)decisions, 1.0));
  assert_true(answered > 0 && asked > answered);
  assert_true(row.temp_max_k == hottest && row.energy_residual == residual);
  /* Slots of 2 min for 30 h, the phase of each node's grid within the first. */
  assert_int_equal(row.samples, 40 * 900);
  assert_true(row.base_rate >= 0.0 && row.base_rate <= 1.0);
  uint64_t sent = 0, heard = 0, verdicts = 0;
  for (unsigned h = 0; h < 2; h++) {
    const cf_link_row *l = &t->link[h];
    sent += l->sent;
    heard += l->heard;
    verdicts += l->heard + l->collided + l->faded + l->deaf + l->aborted + l->busy;
    assert_int_equal(l->heard, f.world->hub[h].answers + l->refused_duty + l->too_late + f.world->hub[h].queued);
    assert_true(l->collided > 0);
    assert_true(near(l->downlink_s,
                     cf_ticks_to_s(f.world->hub_class.downlink.airtime_ns) * (double)f.world->hub[h].answers,
                     l->downlink_s + 1.0));
  }
  assert_true(sent >= verdicts && sent - verdicts <= 40); /* the rest is in the air at the end */
  assert_true(near(row.heard_frac, (double)heard / (double)sent, 1.0));
  assert_true(near(row.hub_used_j, t->hub[0] > 0.0 ? t->hub[0] : NAN, row.hub_used_j));
  assert_true(isnan(row.tokens)); /* no model emits any */
  assert_true(isnan(row.cost_usd) && isnan(row.carbon_g) && isnan(row.bit_residual));
  uint32_t assumed = 0;
  for (uint32_t i = 0; i < f.scenario->constants; i++) assumed += f.scenario->constant[i].status == 'A';
  assert_int_equal(row.assumed, assumed);
  free(t);
  field_drop(&f);
}

typedef struct named {
  const char *grp;
  struct {
    const char *name;
    double energy_j;
  } line[40];
  unsigned lines;
} named;

static cf_status on_named(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *d) {
  (void)run_id;
  (void)d;
  named *n = self;
  if (strcmp(row->grp, n->grp) != 0) return CF_OK;
  assert_true(n->lines < 40);
  n->line[n->lines].name = row->account;
  n->line[n->lines++].energy_j = row->energy_j;
  return CF_OK;
}

static double account_of(const named *n, const char *name) {
  for (unsigned i = 0; i < n->lines; i++)
    if (strcmp(n->line[i].name, name) == 0) return n->line[i].energy_j;
  fail_msg("no account %s", name);
  return NAN;
}

/* A battery that shrank under its charge beside one that did not: each joule under its own name, whoever comes first.
 */
static void nodes_of_one_group_have_the_same_accounts(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=1 d", NULL};
  field f = field_make(field_load("scenarios/implant.yaml", settings), 0, 1);
  field_run(&f.world->model, f.scenario->duration_ns);
  const cf_node_class *class = &f.world->class[1];
  uint32_t count = class->group->count;
  assert_true(count > 2 && class->body.store.input.kind == CF_STORE_BATTERY);
  double use_j[CF_USES] = {0}, aged_j = 0.0;
  for (uint32_t i = 0; i < count; i++) {
    const cf_node *node = cf_world_node(f.world, class->first_node + i);
    cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
    more->aged_j = i % 2 == 1 ? 1.0 + i : 0.0;
    aged_j += more->aged_j;
    for (uint32_t u = 0; u < CF_USES; u++) use_j[u] += node->use_j[u];
  }
  named n = {.grp = class->group->name};
  cf_recorder recorder = {.self = &n, .ledger = on_named};
  assert_int_equal(cf_results_tell(f.world, 9, &recorder, &diag), CF_OK);
  assert_true(near(account_of(&n, "aged"), aged_j, aged_j));
  for (uint32_t u = 0; u < CF_USES; u++)
    if (use_j[u] > 0.0) assert_true(near(account_of(&n, cf_use_name[u]), use_j[u], use_j[u]));
  assert_true(use_j[CF_USE_SENSE] > 0.0);
  field_drop(&f);
}

/* Sum of the causes less the rise itself, relative to the causes. */
static double degrees_missing(const cf_world *world, uint32_t index, cf_node_rise *rise) {
  cf_node_rises(world, index, rise);
  const double cause[] = {rise->converter_k, rise->leakage_k, rise->esr_k,     rise->waiting_k,   rise->sun_k,
                          rise->host_k,      rise->silicon_k, rise->surface_k, rise->generator_k, rise->stored_k};
  double sum = 0.0, scale = 0.0;
  for (size_t i = 0; i < sizeof cause / sizeof *cause; i++) {
    sum += cause[i];
    scale += fabs(cause[i]);
  }
  for (int u = 0; u < CF_USES; u++) {
    sum += rise->use_k[u];
    scale += fabs(rise->use_k[u]);
  }
  return fabs(sum - rise->mean_k) / scale;
}

/* In the field as shipped, and with all that can warm a node: sun, a machine's wall, silicon, a surface of its own. */
static void degrees_are_booked_by_cause(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=30", "duration=2 d", NULL};
  for (int rich = 0; rich < 2; rich++) {
    cf_scenario *scenario = field_load("scenarios/agriculture.yaml", settings);
    cf_device device = *scenario->nodes[0].device;
    cf_enclosure enclosure = *scenario->nodes[0].enclosure;
    if (rich) {
      device.leakage_power_w = 2e-3;
      device.leakage_at_k = 330.0;
      device.leakage_per_k = 0.036;
      device.leakage_asleep = 0.0;
      enclosure.to_air_k_per_w = 0.0;
      enclosure.surface_area_m2 = 0.04;
      enclosure.surface_height_m = 0.1;
      enclosure.surface_emissivity = 0.9;
      scenario->nodes[0].device = &device;
      scenario->nodes[0].enclosure = &enclosure;
      scenario->nodes[0].to_wall_k_per_w = 5.0;
      scenario->machine = (cf_machine_spec){.has = true,
                                            .on_ns = INT64_C(21600) * CF_NS_PER_S,
                                            .off_ns = INT64_C(7200) * CF_NS_PER_S,
                                            .wall_on_k = 340.0,
                                            .wall_off_k = 300.0,
                                            .warm_up_s = 1200.0,
                                            .cool_down_s = 2400.0};
    }
    field f = field_make(scenario, FIELD_RANDOM, 3);
    field_run(&f.world->model, scenario->duration_ns);
    double worst = 0.0;
    for (uint32_t i = 0; i < f.world->node_count; i++) {
      cf_node_rise rise;
      worst = fmax(worst, degrees_missing(f.world, i, &rise));
      assert_true(rise.mean_k > 0.0 && rise.sun_k > 0.0 && rise.use_k[CF_USE_THINK] > 0.0);
      assert_int_equal(rise.host_k > 0.0 && rise.silicon_k > 0.0 && rise.surface_k < 0.0, rich);
      assert_true(fabs(cf_node_energy_residual(f.world, i)) <= 1e-11);
      assert_true(fabs(cf_node_heat_residual(f.world, i)) <= 1e-11);
      assert_true(cf_world_node(f.world, i)->flows.entropy_j_per_k > 0.0);
    }
    print_message("%s: %.2g of the degrees unaccounted for\n", rich ? "by all causes" : "as shipped", worst);
    assert_true(worst <= 1e-9);
    cf_run_row row = {0};
    cf_results_sum(f.world, &row);
    assert_int_equal(row.loop_gain > 0.0, rich);
    field_drop(&f);
  }
}

/* In air that does not change, entropy is the heat given over its temperature. */
static void entropy_is_heat_over_temperature(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=10", "duration=1 d", NULL};
  cf_scenario *scenario = field_load("scenarios/agriculture.yaml", settings);
  cf_climate still = *scenario->climate;
  for (int m = 0; m < 12; m++)
    still.month[m].air_mean_k = still.month[m].air_daily_min_k = still.month[m].air_daily_max_k = 290.0;
  scenario->climate = &still;
  field f = field_make(scenario, FIELD_LOCAL, 3);
  field_run(&f.world->model, scenario->duration_ns);
  assert_true(fabs(f.world->air_start_k - 290.0) <= 1e-4);
  cf_run_row row = {0};
  double sum = 0.0;
  for (uint32_t i = 0; i < f.world->node_count; i++) {
    const cf_flows *flows = &cf_world_node(f.world, i)->flows;
    assert_true(flows->air_heat_j > 0.0);
    assert_true(fabs(flows->entropy_j_per_k * f.world->air_start_k / flows->air_heat_j - 1.0) <= 1e-12);
    sum += flows->entropy_j_per_k;
  }
  cf_results_sum(f.world, &row);
  assert_true(near(row.entropy_j_per_k, sum, sum));
  field_drop(&f);
}

static void nothing_done_is_not_a_number(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=5", NULL};
  field fresh = field_make(field_load("scenarios/agriculture.yaml", settings), FIELD_LOCAL, 5); /* not run */
  cf_run_row row = {0};
  cf_results_sum(fresh.world, &row);
  assert_true(isnan(row.accuracy) && isnan(row.local_frac) && isnan(row.heard_frac) && isnan(row.base_rate));
  assert_true(row.used_j == 0.0 && row.harvest_j == 0.0 && row.loss == 0.0);
  field_drop(&fresh);
}

/* Books that cannot be read do not close, whichever node's they are. */
static void a_residual_that_is_no_number_stays_one(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=5", NULL};
  for (uint32_t i = 0; i < 5; i++) {
    field f = field_make(field_load("scenarios/agriculture.yaml", settings), FIELD_LOCAL, 5);
    cf_run_row row = {0};
    cf_node_body(cf_world_node(f.world, i))->store_j = (double)NAN;
    cf_results_sum(f.world, &row);
    assert_true(isnan(row.energy_residual));
    field_drop(&f);
  }
}

static void tokens_are_counted_where_models_emit_them(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=10 min", NULL};
  field f = field_make(field_load("scenarios/hot-module.yaml", settings), 1, 1);
  field_run(&f.world->model, f.scenario->duration_ns);
  cf_run_row row = {0};
  cf_results_sum(f.world, &row);
  double large = 0.0;
  for (uint32_t i = 0; i < 4; i++)
    large += cf_world_node(f.world, i)->decisions; /* this policy asks the large model every time */
  assert_true(row.decisions > 1000);
  assert_true(row.tokens >= 64.0 * large && row.tokens <= 64.0 * (large + 4.0));
  field_drop(&f);
}

/* A stop after the first refusal of the recorder. */
static cf_status refuse_ledger(void *self, uint32_t run_id, const cf_ledger_row *row, cf_diag *d) {
  (void)run_id;
  (void)row;
  (void)d;
  (*(unsigned *)self)++;
  return CF_IO;
}

static void a_refusing_recorder_is_heard(void **unused) {
  (void)unused;
  field f = two_groups();
  unsigned calls = 0;
  cf_recorder recorder = {.self = &calls, .ledger = refuse_ledger};
  assert_int_equal(cf_results_tell(f.world, 9, &recorder, &diag), CF_IO);
  assert_int_equal(calls, 1);
  /* Without any function nothing happens, and nothing fails. */
  cf_recorder silent = {0};
  assert_int_equal(cf_results_tell(f.world, 9, &silent, &diag), CF_OK);
  assert_int_equal(cf_results_series(f.world, f.scenario->duration_ns, 9, &silent, &diag), CF_OK);
  field_drop(&f);
}

static void a_series_samples_at_most_its_bound(void **unused) {
  (void)unused;
  static const char *const counts[] = {"fleet.sensors.count=7",    "fleet.sensors.count=1024",
                                       "fleet.sensors.count=1025", "fleet.sensors.count=1500",
                                       "fleet.sensors.count=3000", "fleet.sensors.count=9999"};
  for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
    const char *settings[] = {counts[c], "duration=1 d", "place.site.nodes_each=500", NULL};
    field f = field_make(field_load("scenarios/agriculture.yaml", settings), FIELD_LOCAL, 1);
    told *t = new_told();
    cf_recorder recorder = recorder_of(t);
    assert_int_equal(cf_results_series(f.world, 0, 9, &recorder, &diag), CF_OK);
    assert_int_equal(t->series_count, 1);
    const cf_series_row *row = &t->series[0];
    uint32_t count = f.world->node_count;
    assert_true(row->sampled <= CF_SERIES_NODES);
    if (count <= CF_SERIES_NODES)
      assert_int_equal(row->sampled, count);
    else
      assert_true(row->sampled > CF_SERIES_NODES - 200);
    assert_true(fabs(row->stored_share_mean - 0.9) <= 1e-12); /* all start so */
    assert_true(row->temp_mean_k == row->temp_max_k && row->down == 0);
    assert_true(row->stored_min_j <= row->stored_mean_j);
    free(t);
    field_drop(&f);
  }
}

static void a_series_of_all_is_what_the_nodes_are(void **unused) {
  (void)unused;
  field f = two_groups();
  told *t = new_told();
  cf_recorder recorder = recorder_of(t);
  int64_t end = f.scenario->duration_ns;
  assert_int_equal(cf_results_series(f.world, end, 9, &recorder, &diag), CF_OK);
  assert_int_equal(t->series_count, 2);
  double stored = 0.0, least = INFINITY, hottest = 0.0, temp_k[20];
  uint32_t down = 0;
  for (uint32_t i = 0; i < 20; i++) {
    const cf_node *node = cf_world_node(f.world, i);
    const cf_body *body = cf_node_body(node);
    const cf_body_class *class = &f.world->class[0].body;
    stored += body->store_j;
    least = fmin(least, body->store_j);
    temp_k[i] = cf_modal_temp_k(&class->modal, class->die_node, body->mode);
    hottest = fmax(hottest, temp_k[i]);
    down += node->power == CF_POWER_OFF;
  }
  const cf_series_row *row = &t->series[0];
  for (unsigned i = 1; i < 20; i++) /* by insertion */
    for (unsigned k = i; k > 0 && temp_k[k - 1] > temp_k[k]; k--) {
      double other = temp_k[k];
      temp_k[k] = temp_k[k - 1];
      temp_k[k - 1] = other;
    }
  /* 5 % of 19 steps is 0.95 of the first */
  assert_true(near(row->temp_k[0], temp_k[0] + 0.95 * (temp_k[1] - temp_k[0]), 300.0));
  assert_true(near(row->temp_k[2], 0.5 * (temp_k[9] + temp_k[10]), 300.0));
  assert_true(near(row->temp_k[4], temp_k[18] + 0.05 * (temp_k[19] - temp_k[18]), 300.0));
  for (unsigned i = 1; i < CF_SERIES_BANDS; i++) assert_true(row->stored_share[i - 1] <= row->stored_share[i]);
  assert_string_equal(row->grp, "sensors");
  assert_true(row->t_ns == end && row->sampled == 20 && row->down == down);
  assert_true(near(row->stored_mean_j, stored / 20.0, stored) && row->stored_min_j == least &&
              row->temp_max_k == hottest);
  assert_string_equal(t->series[1].grp, "fed");
  assert_true(t->series[1].stored_share_mean == 1.0); /* mains: always full */
  free(t);
  field_drop(&f);
}

static void notes_come_in_order_and_once(void **unused) {
  (void)unused;
  field f = two_groups();
  told *t = new_told();
  cf_recorder recorder = recorder_of(t);
  uint64_t state = 41;
  const unsigned many = 3000;
  for (unsigned i = 0; i < many; i++) { /* few instants and nodes, so that they often tie */
    cf_notes *notes = &f.world->notes[cf_test_next(&state) % CF_MAX_SHARDS];
    cf_power_event_row power = {.node_id = (uint32_t)(cf_test_next(&state) % 40),
                                .t_ns = (int64_t)(cf_test_next(&state) % 20),
                                .sequence = i,
                                .kind = (cf_power_event_kind)(cf_test_next(&state) % 6),
                                .short_j = NAN};
    cf_decision_row decision = {.node_id = (uint32_t)i,
                                .reported_ns = (int64_t)(cf_test_next(&state) % 20),
                                .t_ns = (int64_t)(cf_test_next(&state) % 20),
                                .slot = i};
    assert_true(cf_note_power(notes, &power));
    assert_true(cf_note_decision(notes, &decision));
  }
  assert_int_equal(cf_results_notes(f.world, 9, &recorder, &diag), CF_OK);
  assert_int_equal(t->powers, many);
  assert_int_equal(t->decisions, many);
  static bool seen[3000];
  memset(seen, 0, sizeof seen);
  for (unsigned i = 0; i < many; i++) {
    assert_false(seen[t->decision[i].slot]);
    seen[t->decision[i].slot] = true;
    if (i == 0) continue;
    const cf_power_event_row *a = &t->power[i - 1], *b = &t->power[i];
    assert_true(a->t_ns < b->t_ns || (a->t_ns == b->t_ns && (a->node_id < b->node_id ||
                                                             (a->node_id == b->node_id && a->sequence < b->sequence))));
    const cf_decision_row *p = &t->decision[i - 1], *q = &t->decision[i];
    assert_true(p->reported_ns < q->reported_ns || (p->reported_ns == q->reported_ns && p->node_id < q->node_id));
  }
  /* They are gone now. */
  assert_int_equal(cf_results_notes(f.world, 9, &recorder, &diag), CF_OK);
  assert_int_equal(t->powers, many);
  /* A recorder that refuses stops the handing over. */
  cf_decision_row one = {.node_id = 1};
  for (int i = 0; i < 3; i++) assert_true(cf_note_decision(&f.world->notes[5], &one));
  t->decisions = 0;
  t->refuse_decision = CF_IO;
  assert_int_equal(cf_results_notes(f.world, 9, &recorder, &diag), CF_IO);
  assert_int_equal(t->decisions, 1);
  free(t);
  field_drop(&f);
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ledgers_sum_to_zero_group_by_group),
      cmocka_unit_test(the_row_is_the_sum_of_the_nodes),
      cmocka_unit_test(degrees_are_booked_by_cause),
      cmocka_unit_test(entropy_is_heat_over_temperature),
      cmocka_unit_test(nothing_done_is_not_a_number),
      cmocka_unit_test(nodes_of_one_group_have_the_same_accounts),
      cmocka_unit_test(a_residual_that_is_no_number_stays_one),
      cmocka_unit_test(tokens_are_counted_where_models_emit_them),
      cmocka_unit_test(a_refusing_recorder_is_heard),
      cmocka_unit_test(a_series_samples_at_most_its_bound),
      cmocka_unit_test(a_series_of_all_is_what_the_nodes_are),
      cmocka_unit_test(notes_come_in_order_and_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
