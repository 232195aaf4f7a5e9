/* config/loader: every field of a scenario lands where it belongs, from disk and from memory. */
#include "fixtures/config/config_fixture.h"

#include "config/explain.h"

#include <math.h>
#include <unistd.h>

#define DEG 0.017453292519943295

static void near(double a, double b) {
  if (!(fabs(a - b) <= 1e-12 * fabs(b))) fail_msg("%.17g is not %.17g", a, b);
}

static void every_field(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("", "");
  assert_string_equal(s->name, "good");
  assert_string_equal(s->scarce, "the night");
  assert_int_equal(s->seed, 7);
  assert_int_equal(s->start_unix_s, 1772323200); /* date -ud 2026-03-01 +%s */
  assert_int_equal(s->duration_ns, 172800000000000);
  assert_int_equal(s->site_nodes, 5);
  near(s->horizon_rad, 5 * DEG);
  assert_int_equal(s->deadline_ns, 172800000000000);
  near(s->loss_miss, 5);
  near(s->loss_false_alarm, 1);
  near(s->tolerance_power, 0.001);

  const cf_climate *c = s->climate;
  assert_string_equal(c->name, "field");
  near(c->latitude_rad, 36 * DEG);
  near(c->longitude_rad, -80 * DEG);
  near(c->altitude_m, 270);
  near(c->linke_turbidity, 3);
  near(c->albedo, 0.2);
  near(c->month[6].air_mean_k, 273.15 + 26);
  near(c->month[0].air_daily_min_k, 273.15 - 1);
  near(c->month[11].air_daily_max_k, 273.15 + 10);
  near(c->month[3].clear_sky_index[2], 0.7);
  near(c->month[3].clear_sky_index_lag1_hour, 0.8);
  near(c->month[3].wind_mean_ms, 3);

  const cf_world_process *w = s->world;
  assert_string_equal(w->state_names[1], "stressed");
  near(w->onset_per_s[0], 2 / 31557600.0);
  near(w->onset_per_s[1], 20 / 31557600.0);
  near(w->recovery_per_s, 0.1 / 86400);
  near(w->pressure_on_per_s, 0.05 / 86400);
  near(w->pressure_off_per_s, 0.2 / 86400);
  near(w->nuisance_on_per_s, 0.05 / 3600);
  near(w->nuisance_off_per_s, 0.2 / 3600);
  near(w->hard_share, 0.2);

  assert_int_equal(s->node_groups, 1);
  const cf_node_group *g = &s->nodes[0];
  assert_string_equal(g->name, "sensors");
  assert_int_equal(g->count, 25);
  assert_false(g->mains);
  assert_int_equal(g->sample_every_ns, 300000000000);
  assert_int_equal(g->sample_jitter_ns, 30000000000);
  near(g->sense_energy_j, 0.012);
  near(g->sense_time_s, 0.15);
  near(g->device->sleep_power_w, 5e-6);
  near(g->device->sleep_discard_power_w, 1e-6);
  near(g->device->idle_power_w + 1, 1);
  near(g->device->active_power_w, 0.02);
  near(g->device->clock_hz, 1e8);
  near(g->device->cycles_per_operation, 8);
  near(g->device->die_to_case_k_per_w, 40);
  near(g->device->die_heat_capacity_j_per_k, 0.5);
  near(g->device->junction_max_k, 273.15 + 125);
  assert_int_equal(g->device->points, 0);
  assert_int_equal(g->models, 2);
  assert_string_equal(g->model[0].role, "small");
  assert_string_equal(g->model[0].cost.model->name, "tiny");
  near(g->model[0].cost.energy_j, 80e-6);
  near(g->model[1].cost.time_s, 0.1);
  near(g->model[1].cost.model->accuracy_in_domain, 0.88);
  near(g->model[1].cost.model->accuracy_shifted, 0.78);
  near(g->model[0].cost.model->hard_error_share, 0.7);
  near(g->model[0].cost.model->sure_if_right, 0.8);
  near(g->model[0].cost.model->sure_if_wrong, 0.4);
  near(g->model[0].cost.model->tokens + 1, 1);
  assert_int_equal(g->harvesters, 1);
  const cf_harvester *panel = &g->harvester[0];
  assert_string_equal(panel->name, "panel");
  assert_int_equal(panel->kind, CF_HARVEST_PV);
  near(panel->area_m2, 4e-4);
  near(panel->tilt_rad, 35 * DEG);
  near(panel->azimuth_rad, 180 * DEG);
  near(panel->soiling, 0.03);
  assert_string_equal(panel->model->name, "silicon");
  near(panel->model->pv_efficiency_stc, 0.18);
  near(panel->model->pv_power_coefficient_per_k, -0.004);
  near(panel->model->pv_faiman_u0_w_per_m2_k, 25);
  near(panel->model->pv_faiman_u1_w_s_per_m3_k, 6.84);
  near(g->converter->mppt_fraction, 0.95);
  near(g->converter->quiescent_a, 488e-9);
  near(g->converter->output_efficiency, 0.9);
  assert_true(g->converter->cold_start_v == 0);
  assert_int_equal(g->converter->output_w.count, 4);
  near(g->converter->output_w.x[3], 0.1);
  near(g->converter->output_w.y[1], 5e-6);
  near(g->storage->capacitance_f, 0.47); /* overridden */
  near(g->storage->leakage_a, 5e-6);
  near(g->storage->esr_ohm, 0.1); /* the model's */
  near(g->storage->voltage_max_v, 5);
  near(g->storage->initial_share, 0.5); /* the default */
  near(g->supply.turn_on_v, 3.2);
  near(g->supply.turn_off_v, 2.4);
  near(g->supply.boot_energy_j, 0.02);
  near(g->supply.boot_time_s, 0.08);
  assert_true(g->sleep_retain);
  near(g->enclosure->to_air_k_per_w, 6.6);
  near(g->enclosure->heat_capacity_j_per_k, 200);
  near(g->enclosure->projected_area_m2, 0.0096);
  near(g->enclosure->sun_absorptance, 0.6);
  near(g->limits.throttle_above_k, 273.15 + 85);
  near(g->limits.throttle_below_k, 273.15 + 80);
  near(g->limits.shut_down_above_k, 273.15 + 105);
  near(g->radio->tx_power_w, 0.1452);
  near(g->radio->rx_power_w, 0.032);
  near(g->radio->radiated_power_w, 0.0251);
  assert_int_equal(g->radio->spreading_factor, 10);
  near(g->radio->bandwidth_hz, 125000);
  assert_int_equal(g->radio->coding_rate, 1);
  assert_int_equal(g->radio->preamble_symbols, 8);
  assert_int_equal(g->radio->channels, 3);
  assert_int_equal(g->radio->header_bytes, 13);
  assert_int_equal(g->radio->payload_max_bytes, 51);
  near(g->radio->duty_cycle, 0.01);
  near(g->radio->second_window_duty_cycle, 0.1);
  near(g->radio->receive_delay_s, 1);
  near(g->radio->margin_db, 10);
  near(g->radio->fading_db, 6);
  assert_int_equal(g->radio->retries, 1);
  near(g->radio->back_off_s, 2);
  assert_int_equal(g->varies_harvest.kind, CF_LOGNORMAL);
  near(g->varies_harvest.a, 0.35);
  assert_int_equal(g->varies_capacitance.kind, CF_UNIFORM);
  near(g->varies_capacitance.a, -0.1);
  near(g->varies_capacitance.b, 0.2);
  near(g->varies_leakage.a, 0.5);
  assert_int_equal(g->varies_margin.kind, CF_NORMAL);
  near(g->varies_margin.a, 3);

  assert_int_equal(s->hub_groups, 1);
  const cf_hub_group *h = &s->hubs[0];
  assert_string_equal(h->name, "gateways");
  assert_int_equal(h->nodes_each, 10);
  assert_int_equal(h->count, 3); /* 25 nodes */
  assert_true(h->mains);
  assert_string_equal(h->model.role, "hub");
  near(h->model.cost.energy_j, 0.02);
  near(h->device->idle_power_w, 2.6);
  assert_int_equal(h->device->points, 2);
  assert_string_equal(h->device->point[1].name, "7W");
  near(h->device->point[1].power_w, 7);
  near(h->device->point[1].speed, 0.4);
  assert_int_equal(h->radio->demodulators, 8);
  assert_int_equal(h->sleep_policy, CF_HUB_NEVER_SLEEPS);

  assert_int_equal(s->escalate.size_bytes, 20);
  assert_int_equal(s->escalate.answer_bytes, 4);
  near(s->escalate.give_up_after_s, 30);

  assert_int_equal(s->policies, 5);
  assert_int_equal(s->policy[0].kind, CF_POLICY_ALWAYS_LOCAL);
  assert_int_equal(s->policy[1].kind, CF_POLICY_ALWAYS_ESCALATE);
  near(s->policy[2].ask, 0.15);
  near(s->policy[3].ask_below, 0.9);
  assert_string_equal(s->policy[4].name, "careful");
  assert_int_equal(s->policy[4].kind, CF_POLICY_CONFIDENCE_THRESHOLD);
  near(s->policy[4].ask_below, 0.99);
  near(s->policy[4].look_again_below, 0.97); /* the default */

  assert_int_equal(s->record.fleet_every_ns, 3600000000000);
  assert_true(s->record.nodes);
  assert_int_equal(s->record.decisions, CF_DECISIONS_NONE);
  assert_int_equal(s->assertions, 2);
  assert_string_equal(s->assertion[0].column, "energy_residual");
  assert_null(s->assertion[0].policy);
  near(s->assertion[0].max, 1e-9);
  assert_true(isinf(s->assertion[0].min) && s->assertion[0].min < 0);
  assert_string_equal(s->assertion[1].column, "down_frac");
  assert_string_equal(s->assertion[1].policy, "careful");
  near(s->assertion[1].max, 0.001);
  assert_int_equal(s->assertion[1].where.line, 57);
  cf_scenario_destroy(s);
}

static void constants(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("", "");
  const cf_constant *c = fixture_constant(s, "sensors.device.sleep_power");
  assert_non_null(c);
  assert_int_equal(c->status, 'V');
  near(c->value, 5);
  assert_string_equal(c->unit, "uW");
  near(c->low, 2);
  near(c->high, 10); /* written as 10000 nW */
  assert_string_equal(c->source, "An imagined data sheet");
  assert_string_equal(c->locator, "page 7");
  c = fixture_constant(s, "sensors.device.sleep_discard_power");
  assert_int_equal(c->status, 'A');                   /* V of a source that nobody can look up */
  c = fixture_constant(s, "sensors.storage.leakage"); /* a claim of the author */
  assert_int_equal(c->status, 'A');
  near(c->value, 5);
  assert_true(isnan(c->low));
  c = fixture_constant(s, "sensors.storage.capacitance"); /* a choice of the author */
  assert_int_equal(c->status, 'S');
  assert_string_equal(c->source, "");
  c = fixture_constant(s, "sensors.storage.esr");
  assert_int_equal(c->status, 'V');
  c = fixture_constant(s, "sensors.sense.energy");
  assert_int_equal(c->status, 'A');
  near(c->value, 12);
  assert_string_equal(c->unit, "mJ");
  assert_non_null(fixture_constant(s, "sensors.models.large.energy"));
  assert_non_null(fixture_constant(s, "sensors.models.large.accuracy_shifted"));
  assert_non_null(fixture_constant(s, "gateways.models.hub.time"));
  assert_null(fixture_constant(s, "gateways.device.operating_points.7W.power")); /* no hub reads it */
  assert_non_null(fixture_constant(s, "world.process.onset.high"));
  assert_non_null(fixture_constant(s, "place.climate.months"));
  assert_non_null(fixture_constant(s, "sensors.varies.margin.normal"));
  assert_non_null(fixture_constant(s, "sensors.radio.fading")); /* a default that matters is an assumption */
  assert_null(fixture_constant(s, "sensors.models.small.tokens"));
  for (uint32_t i = 0; i < s->constants; i++) {
    const cf_constant *k = &s->constant[i];
    assert_non_null(strchr("VMAS", k->status));
    assert_non_null(k->unit);
    assert_non_null(k->locator);
    assert_true(k->status == 'S' || *k->source);
    assert_true(k->status == 'A' || k->status == 'S' || *k->locator);
    for (uint32_t j = 0; j < i; j++) assert_string_not_equal(k->path, s->constant[j].path);
  }
  cf_scenario_destroy(s);
}

static void inputs(void **state) {
  (void)state;
  cf_scenario *s = fixture_accepted_edit("", "");
  char *good = fixture_good();
  assert_int_equal(s->inputs, 13); /* the scenario, two devices, three ai, and one of every other kind */
  assert_string_equal(s->input[0].path, "s.yaml");
  assert_string_equal(s->input[0].bytes, good);
  assert_int_equal(s->input[0].length, strlen(good));
  for (uint32_t i = 1; i < s->inputs; i++) {
    assert_memory_equal(s->input[i].path, "models/", 7);
    assert_int_equal(strlen(s->input[i].sha256), 64);
  }
  /* From these files alone comes the same scenario. */
  cf_diag diag;
  cf_diag_init(&diag);
  cf_scenario *again = fixture_load_inputs(s->input, s->inputs, NULL, 0, &diag);
  assert_non_null(again);
  assert_int_equal(again->constants, s->constants);
  assert_int_equal(again->inputs, s->inputs);
  for (uint32_t i = 0; i < s->inputs; i++) assert_string_equal(again->input[i].sha256, s->input[i].sha256);
  near(again->nodes[0].storage->leakage_a, 5e-6);
  cf_scenario_destroy(again);
  assert_null(fixture_load_inputs(s->input, 0, NULL, 0, &diag));
  assert_null(fixture_load_inputs(s->input, s->inputs - 1, NULL, 0, &diag)); /* a model is missing */
  cf_scenario_destroy(s);
  free(good);
}

static void sha256_of_known_text(void **state) {
  (void)state;
  cf_diag diag;
  fixture_files files = {.count = 0};
  char *good = fixture_good(), *text = malloc(strlen(good) + 64);
  assert_non_null(text);
  sprintf(text, "include: x.yaml\n%s", good);
  fixture_add(&files, "s.yaml", text);
  fixture_add(&files, "x.yaml", "seed: 4\n");
  const char *const settings[] = {"name=abc", NULL};
  cf_scenario *s = fixture_load_files(&files, settings, &diag);
  assert_non_null(s);
  assert_string_equal(s->name, "abc");
  assert_string_equal(s->input[1].path, "x.yaml");
  /* printf 'seed: 4\n' | sha256sum */
  assert_string_equal(s->input[1].sha256, "2fc9afaddc2711d6ecf35fbc681df31d740e1c7d8d341e4a71f9228376c85869");
  for (uint32_t i = 0; i < s->inputs; i++) assert_null(strstr(s->input[i].path, "--set")); /* a setting is no file */
  cf_scenario_destroy(s);
  free(good);
  free(text);
}

static void from_disk(void **state) {
  (void)state;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_load_options options = {.models_dir = FIXTURES "models"};
  cf_scenario *s = cf_scenario_load(FIXTURES "good.yaml", &options, &diag);
  assert_non_null(s);
  assert_string_equal(s->input[0].path, "good.yaml");
  cf_scenario_destroy(s);
  assert_null(cf_scenario_load(FIXTURES "absent.yaml", &options, &diag));
  assert_int_equal(diag.status, CF_IO);
  assert_non_null(strstr(diag.entry[0].text, "cannot read 'tests/unit/fixtures/config/absent.yaml'"));
  cf_scenario_destroy(NULL);
}

static void twenty_errors_at_once(void **state) {
  (void)state;
  cf_diag diag;
  char text[4000] = "";
  for (int i = 0; i < 60; i++) snprintf(text + strlen(text), sizeof text - strlen(text), "bad%d: 1\n", i);
  assert_null(fixture_load(text, &diag));
  assert_int_equal(diag.stored, CF_DIAG_MAX);
  for (unsigned i = 0; i < 20; i++) assert_int_equal(diag.entry[i].line, i + 1);
  assert_null(fixture_load("seed: x\nduration: 5\nworld: {loss: {mis: 1}}\n", &diag));
  assert_int_equal(diag.stored, 10); /* in the order of lines; not the lack of miss, which mis stands for */
  assert_int_equal(diag.entry[9].line, 3);
  assert_int_equal(diag.entry[9].column, 16);
}

/* No file, however broken, does more than fail: good.yaml cut short anywhere, or with any byte replaced. */
static void damaged(void **state) {
  (void)state;
  char *good = fixture_good();
  size_t length = strlen(good);
  cf_diag diag;
  for (size_t cut = 0; cut < length; cut += 13) {
    char *text = fixture_good();
    text[cut] = '\0';
    cf_scenario_destroy(fixture_load(text, &diag));
    free(text);
  }
  static const char bytes[] = "{}[]:,#&*!|>'\"%@`\n\t -?\x7f\xff";
  for (size_t at = 0; at < length; at += 7) {
    char *text = fixture_good();
    text[at] = bytes[at % (sizeof bytes - 1)];
    cf_scenario_destroy(fixture_load(text, &diag));
    free(text);
  }
  free(good);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_field), cmocka_unit_test(constants),
                                     cmocka_unit_test(inputs),      cmocka_unit_test(sha256_of_known_text),
                                     cmocka_unit_test(from_disk),   cmocka_unit_test(twenty_errors_at_once),
                                     cmocka_unit_test(damaged)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
