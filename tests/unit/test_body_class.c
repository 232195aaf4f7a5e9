/* Bodies of groups: the network that a device, a case, a wall, tissue make; where leakage and surface go; what does not
 * fit. */
#include "fleet/body_class.h"

#include "fixtures/fleet/field.h"

#include "physics/leakage.h"
#include "physics/network.h"
#include "physics/surface.h"

static double rise(const cf_body_class *body, uint32_t of, uint32_t by) {
  return body->modal.rise_k_per_w[(size_t)of * body->modal.modes + by];
}

static bool near(double a, double b) { return fabs(a - b) <= 1e-10 * fabs(b); }

static void a_die_in_a_case(void **unused) {
  (void)unused;
  field f = field_make(field_load("scenarios/quickstart.yaml", NULL), 0, 1);
  const cf_body_class *body = &f.world->class[0].body;
  const cf_node_group *group = &f.scenario->nodes[0];
  double die = group->device->die_to_case_k_per_w, box = group->enclosure->to_air_k_per_w;
  assert_int_equal(body->modal.modes, 2);
  assert_true(near(rise(body, body->die_node, body->die_node), die + box));
  assert_true(near(rise(body, body->case_node, body->die_node), box));
  assert_int_equal(body->watched_node, body->die_node);
  assert_true(near(body->sun_area_m2, group->enclosure->sun_absorptance * group->enclosure->projected_area_m2));
  assert_true(!body->more && body->leakage_curve == -1 && body->curves.curves == 0 && !body->has_second);
  /* A uniform kelvin holds both heat capacities. */
  double mode[2], other[2];
  cf_modal_uniform(&body->modal, 300.0, mode);
  cf_modal_uniform(&body->modal, 301.0, other);
  double held = cf_modal_stored_j(&body->modal, other) - cf_modal_stored_j(&body->modal, mode);
  assert_true(near(held, group->device->die_heat_capacity_j_per_k + group->enclosure->heat_capacity_j_per_k));
  assert_true(near(body->bus_per_device, 1.0 / group->converter->output_efficiency));
  field_drop(&f);
}

/* What a data sheet gives as a state's power holds its leakage at the reference temperature: there nothing changes. */
static void leakage_is_taken_out_of_what_was_cited(void **unused) {
  (void)unused;
  field f = field_make(field_load("scenarios/actuator.yaml", NULL), 0, 1);
  const cf_node_class *class = &f.world->class[1];
  const cf_body_class *body = &class->body;
  const cf_device *device = class->group->device;
  assert_true(device->leakage_power_w > 0.0 && body->leakage_curve >= 0);
  cf_device tight = *device;
  tight.leakage_power_w = 0.0;
  f.scenario->nodes[1].device = &tight;
  field g = {.scenario = f.scenario, .arena = cf_arena_create(0xA5)};
  g.world = CF_ARENA_NEW(g.arena, cf_world);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_world_make(g.world, f.scenario, 0, 1, 0, g.arena, &diag), CF_OK);
  const cf_body_class *without = &g.world->class[1].body;
  unsigned with_share = 0;
  for (uint32_t s = 0; s < CF_POWER_STATES; s++) {
    const cf_load *load = &body->load[s], *cited = &without->load[s];
    double share = body->curves.share[load->share];
    bool own = cited->device_w > 0.0 && s != CF_POWER_SENSE && s != CF_POWER_TX && s != CF_POWER_RX;
    double inside_w = own ? share * device->leakage_power_w : 0.0;
    assert_true(fabs(load->device_w + inside_w - cited->device_w) <= 1e-12);
    assert_true(fabs(load->bus_w + inside_w * body->bus_per_device - cited->bus_w) <= 1e-12);
    assert_true(fabs(load->heat_w + inside_w - cited->heat_w) <= 1e-12);
    with_share += share > 0.0;
  }
  assert_true(with_share > 3);
  assert_true(body->curves.share[body->load[CF_POWER_OFF].share] == 0.0);
  /* The curve is the physics, to the tolerance asked for. */
  const cf_heat_curve *curve = &body->curves.curve[body->leakage_curve];
  const cf_leakage leakage = {device->leakage_power_w, device->leakage_at_k, device->leakage_per_k};
  assert_true(curve->shared_by_load && curve->node == body->die_node);
  double above_k = fmax(f.scenario->machine.wall_on_k, device->junction_max_k) + 60.0;
  assert_true(curve->edge_k[0] <= 213.15 && curve->edge_k[curve->cells] >= above_k);
  for (double k = 213.15 - 20.0; k < above_k; k += 1.7) {
    double got = cf_line_at(curve->line[cf_heat_curve_cell(curve, k)], k), want = cf_leakage_w(&leakage, k);
    assert_true(fabs(got - want) <= curve->reached_w * (1.0 + 1e-9));
    assert_true(got > 0.0);
  }
  /* More than a state draws in all cannot leak. */
  tight.leakage_power_w = 1e3;
  cf_diag_init(&diag);
  assert_int_equal(cf_world_make(g.world, f.scenario, 0, 1, 0, g.arena, &diag), CF_INPUT);
  assert_non_null(strstr(diag.entry[0].text, "leakage"));
  cf_arena_destroy(g.arena);
  field_drop(&f);
}

/* However steeply silicon leaks and however cold the place, its curve gives no negative watt where a die can be. */
static void leakage_is_never_negative(void **unused) {
  (void)unused;
  for (int polar = 0; polar < 2; polar++) {
    cf_scenario *scenario = field_load("scenarios/actuator.yaml", NULL);
    cf_device device = *scenario->nodes[1].device;
    cf_climate climate = *scenario->climate;
    device.leakage_per_k = 0.1;
    for (int m = 0; m < 12; m++) {
      climate.month[m].air_daily_min_k = 200.0;
      climate.month[m].air_mean_k = 205.0;
      climate.month[m].air_daily_max_k = 210.0;
    }
    scenario->nodes[1].device = &device;
    if (polar) scenario->climate = &climate;
    field f = field_make(scenario, 0, 1);
    const cf_body_class *body = &f.world->class[1].body;
    const cf_heat_curve *curve = &body->curves.curve[body->leakage_curve];
    double low_k = polar ? 200.0 - 40.0 : 213.15 - 20.0;
    for (double k = low_k; k < curve->edge_k[curve->cells]; k += 0.5)
      assert_true(cf_line_at(curve->line[cf_heat_curve_cell(curve, k)], k) > 0.0);
    field_drop(&f);
  }
}

/* A state that draws nothing but its leakage is left with nothing, not with a rounding of it below zero. */
static void what_only_leaks_draws_nothing_more(void **unused) {
  (void)unused;
  static const char *const settings[] = {"fleet.sensors.count=1", NULL};
  unsigned divided = 0;
  for (int i = 0; i < 200; i++) {
    cf_scenario *scenario = field_load("scenarios/quickstart.yaml", settings);
    cf_device device = *scenario->nodes[0].device;
    cf_converter converter = *scenario->nodes[0].converter;
    converter.output_efficiency = 0.9 - 0.001 * i;
    device.sleep_power_w = device.sleep_discard_power_w = 7e-6 * (1.0 + 0.013 * i);
    device.leakage_power_w = device.sleep_power_w;
    device.leakage_at_k = 300.0;
    device.leakage_per_k = 0.03;
    device.leakage_asleep = 1.0;
    scenario->nodes[0].device = &device;
    scenario->nodes[0].converter = &converter;
    field f = field_make(scenario, 0, 1);
    const cf_load *asleep = &f.world->class[0].body.load[CF_POWER_SLEEP];
    assert_true(asleep->device_w == 0.0 && asleep->bus_w == 0.0 && asleep->heat_w == 0.0);
    double eta = converter.output_efficiency;
    divided += device.sleep_power_w / eta - device.sleep_power_w * (1.0 / eta) < 0.0;
    field_drop(&f);
  }
  assert_true(divided > 10); /* cases in which the bus would have come out below zero */
}

/* A surface is a conductance and a curve; together they are what it gives. */
static void a_surface_gives_what_its_physics_say(void **unused) {
  (void)unused;
  field f = field_make(field_load("scenarios/actuator.yaml", NULL), 0, 1);
  unsigned surfaces = 0;
  for (uint32_t c = 0; c < f.world->classes; c++) {
    const cf_body_class *body = &f.world->class[c].body;
    const cf_enclosure *enclosure = f.world->class[c].group->enclosure;
    if (enclosure->surface_area_m2 == 0.0) continue;
    surfaces++;
    const cf_heat_curve *curve = NULL;
    for (uint32_t i = 0; i < body->curves.curves; i++)
      if (body->curves.curve[i].over_air) curve = &body->curves.curve[i];
    assert_non_null(curve);
    assert_int_equal(curve->node, body->case_node);
    const cf_surface surface = {.area_m2 = enclosure->surface_area_m2,
                                .height_m = enclosure->surface_height_m,
                                .emissivity = enclosure->surface_emissivity,
                                .air_reference_k = body->radiation_air_k};
    double linear = body->modal.air_w_per_k;
    if (enclosure->to_air_k_per_w > 0.0) linear -= 1.0 / enclosure->to_air_k_per_w;
    for (double k = -59.0; k < 60.0; k += 0.73) {
      double given = linear * k - cf_line_at(curve->line[cf_heat_curve_cell(curve, k)], k);
      /* Of the steep beginning of convection a hundredth of the distance is not seen. */
      assert_true(fabs(given - cf_surface_w(&surface, k)) <= 1.01 * curve->reached_w);
    }
    assert_true(curve->reached_w > 0.0 && body->radiation_w_per_k4 > 0.0);
  }
  assert_true(surfaces > 0);
  field_drop(&f);
}

/* In tissue a can rises by what Pennes' sphere says, and no shell of it changes that. */
static void tissue_is_pennes_sphere(void **unused) {
  (void)unused;
  field f = field_make(field_load("scenarios/implant.yaml", NULL), 0, 1);
  for (uint32_t c = 0; c < f.world->classes; c++) {
    const cf_body_class *body = &f.world->class[c].body;
    const cf_node_group *group = f.world->class[c].group;
    const cf_tissue_model *model = group->tissue;
    const cf_tissue tissue = {.conductivity_w_per_m_k = model->conductivity_w_per_m_k,
                              .density_kg_m3 = model->density_kg_m3,
                              .specific_heat_j_per_kg_k = model->specific_heat_j_per_kg_k,
                              .perfusion_per_s = model->perfusion_m3_per_kg_s * model->density_kg_m3,
                              .blood_density_kg_m3 = model->blood_density_kg_m3,
                              .blood_specific_heat_j_per_kg_k = model->blood_specific_heat_j_per_kg_k};
    double sphere = cf_tissue_sphere_k_per_w(&tissue, group->tissue_radius_m);
    assert_true(body->modal.air_w_per_k == 0.0); /* no air inside */
    assert_true(near(rise(body, body->case_node, body->case_node), sphere));
    assert_int_equal(body->modal.modes, 2 + group->device->ladder.count + group->tissue_shells);
    assert_true(body->keeps_doses && body->more);
    assert_true(body->watched_node < body->modal.modes && body->watched_node != body->die_node);
  }
  field_drop(&f);
}

static void a_second_store_and_a_generator(void **unused) {
  (void)unused;
  static const char *const settings[] = {"duration=1 d", NULL};
  field f = field_make(field_load("scenarios/infrastructure.yaml", settings), 0, 1);
  const cf_body_class *body = &f.world->class[0].body;
  const cf_node_group *group = &f.scenario->nodes[0];
  assert_true(body->has_second && body->second.input.kind == CF_STORE_PRIMARY && body->more);
  assert_true(near(cf_store_open_v(&body->store, body->switch_below_x), group->switch_below_v));
  assert_true(near(cf_store_open_v(&body->store, body->switch_above_x), group->switch_above_v));
  for (uint32_t s = 0; s < CF_POWER_STATES; s++)
    assert_true(fabs(body->second.input.bus_w[s] * (1.0 - body->switch_loss) - body->load[s].bus_w) <= 1e-15);
  assert_true(body->second.input.quiescent_a == 0.0 && body->store.input.quiescent_a > 0.0);
  field_drop(&f);
  f = field_make(field_load("scenarios/actuator.yaml", NULL), 0, 1);
  body = &f.world->class[0].body;
  group = &f.scenario->nodes[0];
  assert_true(body->has_generator && body->generator_hot == CF_NODE_HOST && body->generator_cold == body->case_node);
  /* Its conductance is beside the posts of the mount. */
  double ways = 1.0 / group->to_wall_k_per_w + cf_teg_conductance_w_per_k(&body->generator);
  assert_true(near(body->modal.host_w_per_k, ways));
  field_drop(&f);
}

/* The catalogue's converters pass their own check: none works better cold. */
static void every_shipped_converter_fits(void **unused) {
  (void)unused;
  static const char *const names[] = {"bq25505", "bq25570", "implant-receiver", "ltc3588"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char setting[64];
    snprintf(setting, sizeof setting, "fleet.sensors.converter=%s", names[i]);
    const char *settings[] = {setting, "fleet.sensors.count=1", "duration=1 d", NULL};
    field f = field_make(field_load("scenarios/quickstart.yaml", settings), 0, 1);
    assert_string_equal(f.scenario->nodes[0].converter->name, names[i]);
    field_drop(&f);
  }
}

static void refuse(cf_scenario *scenario, const char *what) {
  cf_arena *arena = cf_arena_create(0xA5);
  cf_world *world = CF_ARENA_NEW(arena, cf_world);
  cf_diag diag;
  cf_diag_init(&diag);
  assert_int_equal(cf_world_make(world, scenario, 0, 1, 0, arena, &diag), CF_INPUT);
  if (!strstr(diag.entry[0].text, what)) fail_msg("'%s' does not say '%s'", diag.entry[0].text, what);
  cf_world_drop(world);
  cf_arena_destroy(arena);
}

static void what_does_not_fit_is_refused(void **unused) {
  (void)unused;
  cf_scenario *scenario = field_load("scenarios/quickstart.yaml", NULL);
  scenario->nodes[0].limits.at = CF_HEAT_TISSUE;
  refuse(scenario, "has none");
  cf_scenario_destroy(scenario);
  scenario = field_load("scenarios/actuator.yaml", NULL);
  cf_node_group *group = &scenario->nodes[0];
  assert_int_equal(group->harvester[0].kind, CF_HARVEST_THERMOELECTRIC);
  cf_harvester kept = group->harvester[1];
  group->harvester[1] = group->harvester[0];
  refuse(scenario, "two thermoelectric generators");
  group->harvester[1] = kept;
  group->harvester[0].to = CF_HEAT_AIR;
  refuse(scenario, "one end must be of the node");
  cf_scenario_destroy(scenario);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_die_in_a_case),
      cmocka_unit_test(leakage_is_taken_out_of_what_was_cited),
      cmocka_unit_test(leakage_is_never_negative),
      cmocka_unit_test(what_only_leaks_draws_nothing_more),
      cmocka_unit_test(a_surface_gives_what_its_physics_say),
      cmocka_unit_test(tissue_is_pennes_sphere),
      cmocka_unit_test(a_second_store_and_a_generator),
      cmocka_unit_test(every_shipped_converter_fits),
      cmocka_unit_test(what_does_not_fit_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
