/* The walker against the curved physics itself, integrated by a general solver in node temperatures and joules: no
 * chords, no modes, nothing held. And hybrid stores, cold starts and intermittent nodes against closed forms. */
#include "physics/walker.h"

#include "fixtures/fleet/bodies.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

/* ---- everything, by a general solver -------------------------------------------------------------------------------
 */

enum { MAIN, SECOND, SLOW, NODES, STATES = NODES + 3 };

typedef struct oracle {
  const bench_body *b;
  uint32_t state;
  cf_drive drive;
  double from_s;
  double most_w; /* largest flow met: the scale of an error */
} oracle;

/* Loss of a load in an inner resistance; below turn-off it stays as it is there. */
static double load_loss_w(const cf_store *store, uint32_t state, double open_v, double resistance_ohm) {
  double p = store->input.bus_w[state];
  double v = fmax(open_v, cf_store_open_v(store, store->x_off[state]));
  double i = resistance_ohm > 0.0 ? (v - sqrt(v * v - 4.0 * p * resistance_ohm)) / (2.0 * resistance_ohm) : 0.0;
  return i * i * resistance_ohm;
}

static double arrhenius(double activation_k, double reference_k, double temp_k) {
  return exp(-activation_k * (1.0 / temp_k - 1.0 / reference_k));
}

/* What one store loses by itself and to the load, and how much of a surplus arrives. */
typedef struct store_flow {
  double leakage_w, loss_w, arriving;
} store_flow;

static store_flow flow_of(const cf_store *store, double energy_j, double size, double leak_scale, uint32_t state,
                          double net_w, double temp_k) {
  const cf_store_input *in = &store->input;
  double x = energy_j * store->x_per_j / size, v = cf_store_open_v(store, x);
  double hindrance = 1.0, arriving = 1.0, leakage_w = 0.0;
  if (in->kind == CF_STORE_CAPACITOR) {
    leakage_w = leak_scale * (in->capacitor.leakage_a * v + v * v / in->capacitor.leakage_ohm);
  } else {
    const cf_battery *battery = &in->battery;
    hindrance = arrhenius(-battery->resistance_activation_k, battery->reference_k, temp_k);
    leakage_w = leak_scale * battery->self_discharge_per_s * energy_j *
                arrhenius(battery->self_discharge_activation_k, battery->reference_k, temp_k);
    arriving = battery->coulomb_efficiency;
  }
  double resistance_ohm = store->resistance_ohm;
  /* What is held scales the loss curve as a whole: exact to first order. */
  double loss_w = hindrance * load_loss_w(store, state, v, resistance_ohm);
  if (net_w > 0.0) {
    double low_v = fmax(v, in->turn_off_v);
    arriving *= 2.0 / (1.0 + sqrt(1.0 + 4.0 * net_w * resistance_ohm * hindrance / (low_v * low_v)));
  }
  return (store_flow){leakage_w, loss_w, arriving};
}

static int oracle_rate(double t, const double y[], double dy[], void *params) {
  oracle *o = params;
  const bench_body *b = o->b;
  const cf_body_class *class = &b->class;
  const cf_load *load = &class->load[o->state];
  double dt = t - o->from_s, air_k = o->drive.air_k + o->drive.air_slope * dt;
  double host_k = o->drive.host_k + o->drive.host_slope * dt;
  const double *temp_k = y + NODES;
  uint32_t nodes = b->network->nodes;
  double heat_w[3] = {0.0, 0.0, 0.0};

  double silicon_w = 0.0;
  if (b->has_leakage) {
    static const double share[] = {0.0, 0.1, 1.0};
    silicon_w = share[load->share] * b->leakage.power_w *
                exp(b->leakage.beta_per_k * (temp_k[BODY_DIE] - b->leakage.reference_k));
  }
  heat_w[load->node] += load->heat_w;
  heat_w[BODY_DIE] += silicon_w;

  double generator_w = 0.0;
  if (class->has_generator) { /* from host to case */
    double difference_k = host_k - temp_k[BODY_CASE];
    generator_w = class->generator.seebeck_v_per_k * class->generator.seebeck_v_per_k * difference_k * difference_k /
                  (4.0 * class->generator.resistance_ohm);
    heat_w[BODY_CASE] -= 0.5 * generator_w;
  }

  double lost_w = load->bus_w - load->device_w;
  dy[MAIN] = dy[SECOND] = dy[SLOW] = 0.0;
  if (class->has_store) {
    double bus_w = load->bus_w + silicon_w * class->bus_per_device;
    lost_w = bus_w - load->device_w - silicon_w;
    double input_w = class->converter.mppt_fraction * b->scale.harvest *
                         (o->drive.panel_w + o->drive.panel_w_per_s * dt) +
                     generator_w;
    double output_w = cf_converter_output_w(&class->converter, fmax(input_w, 0.0));
    double net_w = output_w - bus_w;
    double size = b->scale.capacity;
    double leak = b->scale.leakage * (class->store.input.kind == CF_STORE_CAPACITOR ? 1.0 : size);
    store_flow f = flow_of(&class->store, y[MAIN], size, leak / (class->store.input.kind == CF_STORE_CAPACITOR ? 1.0 : size),
                           o->state, net_w, temp_k[BODY_CASE]);
    double quiescent_w =
        class->store.input.quiescent_a * cf_store_open_v(&class->store, y[MAIN] * class->store.x_per_j / size);
    double stored_w = net_w > 0.0 ? fmin(f.arriving * net_w, class->store.charge_limit_w * size) : net_w;
    double turned_away_w = net_w > 0.0 ? net_w - stored_w / f.arriving : 0.0;
    dy[MAIN] = stored_w - f.leakage_w - quiescent_w - f.loss_w;
    lost_w += input_w - output_w + f.leakage_w + quiescent_w + f.loss_w;
    if (net_w > 0.0) lost_w += net_w - turned_away_w - stored_w;
    if (class->store.input.kind == CF_STORE_CAPACITOR && class->store.input.capacitor.slow_capacitance_f > 0.0) {
      const cf_capacitor *c = &class->store.input.capacitor;
      double main_v = sqrt(2.0 * y[MAIN] / (c->capacitance_f * size));
      double slow_v = sqrt(2.0 * fmax(y[SLOW], 0.0) / (c->slow_capacitance_f * size));
      double i = (main_v - slow_v) / (c->slow_ohm / size);
      dy[MAIN] -= main_v * i;
      dy[SLOW] = slow_v * i;
      lost_w += (main_v - slow_v) * i;
    }
    if (class->has_second) {
      store_flow g = flow_of(&class->second, y[SECOND], 1.0, 1.0, 0, 0.0, temp_k[BODY_CASE]);
      dy[SECOND] = -g.leakage_w;
      lost_w += g.leakage_w;
    }
    o->most_w = fmax(o->most_w, fabs(output_w) + bus_w);
  }
  heat_w[BODY_CASE] += lost_w + class->sun_area_m2 * (o->drive.sun_w_per_m2 + o->drive.sun_slope * dt);

  if (b->has_surface) {
    const double sigma = 5.670374419e-8;
    double excess_k = temp_k[BODY_CASE] - air_k, at = b->surface.air_reference_k;
    cf_surface still = b->surface;
    still.emissivity = 0.0;
    heat_w[BODY_CASE] -= cf_surface_w(&still, excess_k) + sigma * b->surface.emissivity * b->surface.area_m2 *
                                                              (pow(temp_k[BODY_CASE], 4) - pow(air_k, 4));
    (void)at;
  }
  for (uint32_t i = 0; i < nodes; i++) {
    double w = heat_w[i] + b->network->air_w_per_k[i] * (air_k - temp_k[i]) +
               b->network->host_w_per_k[i] * (host_k - temp_k[i]);
    for (uint32_t j = 0; j < nodes; j++)
      if (j != i) w += b->network->conductance_w_per_k[(size_t)i * nodes + j] * (temp_k[j] - temp_k[i]);
    dy[NODES + i] = w / b->network->capacity_j_per_k[i];
  }
  return GSL_SUCCESS;
}

typedef struct distance {
  double joule, kelvin; /* largest met at a knot */
  double moved_j;       /* through the supply meanwhile, at the most */
} distance;

/* Both go through `knots` quarter hours from the same start. */
static distance follow(body_kind kind, uint32_t which, uint32_t state, unsigned knots, body_finesse fine) {
  bench_body *b = make_body(kind, which, fine);
  /* Never full: a clamp hides differences. */
  b->scale.harvest *= kind == BODY_PLAIN || kind == BODY_HYBRID ? 0.001 : 0.05;
  sky s = make_sky(which);
  cf_drivers drivers = {sky_piece, &s};
  cf_body_room room = start_body(b, kind == BODY_EVERYTHING ? 0.4 : 0.75);
  oracle o = {.b = b, .state = state};
  size_t dimension = NODES + b->network->nodes;
  gsl_odeiv2_system system = {oracle_rate, NULL, dimension, &o};
  gsl_odeiv2_driver *driver = gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_rk8pd, 0.05, 1e-11, 1e-11);
  cf_body_more more = more_of(b, &room);
  double y[STATES] = {room.body.store_j, more.second_j, more.slow_j};
  for (uint32_t i = 0; i < b->network->nodes; i++) y[NODES + i] = temp_of(b, i, &room);
  distance d = {0.0, 0.0, 0.0};
  cf_flows flows = {0};
  for (unsigned k = 0; k < knots; k++) {
    int64_t from_ns = (int64_t)k * SKY_KNOT_S * CF_NS_PER_S;
    sky_piece(&s, from_ns, &o.drive);
    double now_s = o.from_s = (double)k * SKY_KNOT_S;
    assert_int_equal(gsl_odeiv2_driver_apply(driver, &now_s, now_s + SKY_KNOT_S, y), GSL_SUCCESS);
    gsl_odeiv2_driver_reset(driver);
    cf_walk(&b->class, &b->scale, &drivers, state, from_ns, from_ns + SKY_KNOT_S * CF_NS_PER_S, &room.body, &flows);
    more = more_of(b, &room);
    if (b->class.has_store) {
      assert_false(more.on_second);
      assert_true(room.body.store_j < cf_store_full_j(&b->class, &b->scale));
      d.joule = fmax(d.joule, fabs(room.body.store_j - y[MAIN]) + fabs(more.second_j - y[SECOND]) +
                                  fabs(more.slow_j - y[SLOW]));
    }
    for (uint32_t i = 0; i < b->network->nodes; i++)
      d.kelvin = fmax(d.kelvin, fabs(temp_of(b, i, &room) - y[NODES + i]));
  }
  gsl_odeiv2_driver_free(driver);
  d.moved_j = flows.harvest_j + b->class.load[state].bus_w * knots * SKY_KNOT_S + flows.leakage_j + flows.converter_j;
  drop_body(b);
  return d;
}

static const body_finesse fine_curves = {.store_tolerance = 1e-8,
                                         .leakage_tolerance = 1e-8,
                                         .surface_tolerance_w = 1e-6,
                                         .store_cells = 16384,
                                         .leakage_cells = 400,
                                         .surface_cells = 400};
static const char *const kind_name[BODY_KINDS] = {"plain", "battery", "hybrid", "mains", "everything"};

/* Nothing held and no bend left out: what remains of the walker is exact. */
static void agrees_with_an_integrator(void **unused) {
  (void)unused;
  for (uint32_t which = 0; which < 4; which++) {
    body_finesse fine = fine_curves;
    fine.refresh_ns = CF_NS_PER_S;
    distance d = follow(BODY_PLAIN, which, which % 3, 40, fine);
    print_message("plain %u: %.2g J of %.2g J, %.2g K\n", which, d.joule, d.moved_j, d.kelvin);
  }
  for (body_kind kind = 0; kind < BODY_KINDS; kind++)
    for (int64_t r = 900; r >= 9; r /= 10) {
      body_finesse fine = fine_curves;
      fine.refresh_ns = r * CF_NS_PER_S;
      distance d = follow(kind, 2, kind == BODY_HYBRID ? 0 : 1, 60, fine);
      print_message("%s, refreshed every %lld s: %.3g J of %.3g J, %.3g K\n", kind_name[kind], (long long)r, d.joule, d.moved_j, d.kelvin);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_an_integrator),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
