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
} oracle;

/* Loss of what is drawn, at most the load of `state`, in an inner resistance; below turn-off it stays as it is there.
 */
static double load_loss_w(const cf_store *store, uint32_t state, double drawn_w, double open_v, double resistance_ohm) {
  double p = fmin(drawn_w, store->input.bus_w[state]);
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
  double loss_w = hindrance * load_loss_w(store, state, fmax(0.0, -net_w), v, resistance_ohm);
  if (net_w > 0.0) {
    double low_v = fmax(v, in->turn_off_v);
    arriving *= 2.0 / (1.0 + sqrt(1.0 + 4.0 * net_w * resistance_ohm * hindrance / (low_v * low_v)));
  }
  return (store_flow){leakage_w, loss_w, arriving};
}

static int oracle_rate(double t, const double y[], double dy[], void *params) {
  const oracle *o = params;
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
    double input_w =
        class->converter.mppt_fraction * b->scale.harvest * (o->drive.panel_w + o->drive.panel_w_per_s * dt) +
        generator_w;
    double output_w = cf_converter_output_w(&class->converter, fmax(input_w, 0.0));
    double net_w = output_w - bus_w;
    double size = b->scale.capacity;
    double leak = b->scale.leakage * (class->store.input.kind == CF_STORE_CAPACITOR ? 1.0 : size);
    store_flow f =
        flow_of(&class->store, y[MAIN], size, leak / (class->store.input.kind == CF_STORE_CAPACITOR ? 1.0 : size),
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
  }
  heat_w[BODY_CASE] += lost_w + class->sun_area_m2 * (o->drive.sun_w_per_m2 + o->drive.sun_slope * dt);

  if (b->has_surface) {
    const double sigma = 5.670374419e-8;
    double excess_k = temp_k[BODY_CASE] - air_k;
    cf_surface still = b->surface;
    still.emissivity = 0.0;
    heat_w[BODY_CASE] -= cf_surface_w(&still, excess_k) + sigma * b->surface.emissivity * b->surface.area_m2 *
                                                              (pow(temp_k[BODY_CASE], 4) - pow(air_k, 4));
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
      d.joule = fmax(d.joule,
                     fabs(room.body.store_j - y[MAIN]) + fabs(more.second_j - y[SECOND]) + fabs(more.slow_j - y[SLOW]));
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

/* Nothing held for long and no bend left out: what remains of the walker is exact. */
static void agrees_with_an_integrator(void **unused) {
  (void)unused;
  double joule = 0.0, kelvin = 0.0;
  for (uint32_t which = 0; which < 6; which++) {
    body_finesse fine = fine_curves;
    fine.refresh_ns = CF_NS_PER_S;
    distance d = follow(BODY_PLAIN, which, which % 3, 40, fine);
    joule = fmax(joule, d.joule / d.moved_j);
    kelvin = fmax(kelvin, d.kelvin);
  }
  print_message("a capacitor and two modes: %.2g of the energy moved, %.2g K\n", joule, kelvin);
  assert_true(joule <= 2e-8);
  assert_true(kelvin <= 1e-6);
}

/* What is held from one refresh to the next makes an error in proportion to the interval, and there is no other. */
static void what_is_held_converges(void **unused) {
  (void)unused;
  static const struct {
    double share, kelvin; /* of the energy moved, at a refresh every 9 s */
  } bound[BODY_KINDS] = {[BODY_BATTERY] = {3e-6, 5e-5},
                         [BODY_HYBRID] = {1e-4, 1e-5},
                         [BODY_MAINS] = {0.0, 2e-3},
                         [BODY_EVERYTHING] = {2e-4, 1e-3}};
  for (body_kind kind = BODY_BATTERY; kind < BODY_KINDS; kind++) {
    distance d[2];
    for (int i = 0; i < 2; i++) {
      body_finesse fine = fine_curves;
      fine.refresh_ns = (i == 0 ? 90 : 9) * CF_NS_PER_S;
      d[i] = follow(kind, 2, kind == BODY_HYBRID ? 0 : 1, 60, fine);
      print_message("%s, refreshed every %d s: %.2g J of %.2g J, %.2g K\n", kind_name[kind], i == 0 ? 90 : 9,
                    d[i].joule, d[i].moved_j, d[i].kelvin);
    }
    assert_true(d[1].joule <= bound[kind].share * d[1].moved_j && d[1].kelvin <= bound[kind].kelvin);
    assert_true(d[1].joule <= 0.4 * d[0].joule && d[1].kelvin <= 0.15 * d[0].kelvin);
  }
}

/* The largest errors that the curves say they have bound what a whole walk makes of them. */
static void curves_bound_their_own_errors(void **unused) {
  (void)unused;
  static const double tolerance[] = {1e-2, 1e-3};
  for (int i = 0; i < 2; i++) {
    for (uint32_t which = 0; which < 6; which++) {
      body_finesse fine = {.store_tolerance = tolerance[i], .refresh_ns = CF_NS_PER_S};
      bench_body *b = make_body(BODY_PLAIN, which, fine);
      double reached = b->class.store.reached;
      assert_true(reached > 0.0 && reached <= tolerance[i]);
      /* Relative to the bus power for losses, to the largest leakage and quiescent power for those. */
      double scale_w = b->class.load[which % 3].bus_w +
                       5.0 * (0.5e-6 + b->scale.leakage * b->class.store.input.capacitor.leakage_a) +
                       b->scale.leakage * 25.0 / b->class.store.input.capacitor.leakage_ohm;
      drop_body(b);
      distance d = follow(BODY_PLAIN, which, which % 3, 30, fine);
      double bound_j = reached * scale_w * 30 * SKY_KNOT_S;
      assert_true(d.joule <= bound_j);
      assert_true(d.joule >= 1e-6 * bound_j); /* else the integrator is no oracle */
    }
  }
  /* Of heat: a steady error in watts, over the network's way from where it enters to where it is felt, and what
   * leakage adds to that. */
  for (uint32_t which = 0; which < 4; which++) {
    body_finesse coarse = {.leakage_tolerance = 1e-2,
                           .surface_tolerance_w = 0.02,
                           .leakage_cells = 20,
                           .surface_cells = 16,
                           .refresh_ns = 9 * CF_NS_PER_S},
                 fine = fine_curves;
    fine.refresh_ns = coarse.refresh_ns;
    bench_body *b = make_body(BODY_MAINS, which, coarse);
    const cf_modal *modal = &b->class.modal;
    double bound_k = 0.0, gain = cf_body_loop_gain(&b->class, 350.0);
    for (uint32_t c = 0; c < b->class.curves.curves; c++) {
      const cf_heat_curve *curve = &b->class.curves.curve[c];
      assert_true(curve->reached_w > 0.0);
      bound_k += curve->reached_w * modal->rise_k_per_w[BODY_DIE * modal->modes + curve->node];
    }
    assert_true(gain < 0.9);
    bound_k /= 1.0 - gain;
    drop_body(b);
    double rest_k = follow(BODY_MAINS, which, 1, 40, fine).kelvin;
    double got_k = follow(BODY_MAINS, which, 1, 40, coarse).kelvin;
    print_message("coarse curves of heat: %.2g K, bound %.2g K\n", got_k - rest_k, bound_k);
    assert_true(got_k - rest_k <= bound_k);
    assert_true(got_k > 1.5 * rest_k);
  }
}

/* Over the second day: in the first interval of a run a node is not yet in balance with its surroundings. */
static void a_shorter_refresh_changes_little(void **unused) {
  (void)unused;
  const int64_t day = INT64_C(86400) * CF_NS_PER_S;
  for (uint32_t which = 0; which < 4; which++) {
    double gained_j[3], harvest_j[3], kelvin[3][3];
    for (int i = 0; i < 3; i++) {
      bench_body *b = make_body(BODY_EVERYTHING, which, (body_finesse){.refresh_ns = (900 >> i) * CF_NS_PER_S});
      b->scale.capacity = 20.0; /* never full: a clamp hides differences */
      sky s = make_sky(which);
      cf_drivers drivers = {sky_piece, &s};
      uint32_t state = 1 + which % 2;
      cf_flows flows = {0}, unused_flows = {0};
      cf_body_room room = walk_cut(b, &s, state, day, 0, 0, start_body(b, 0.1), &unused_flows);
      double before_j = stored_of(b, &room);
      cf_walk(&b->class, &b->scale, &drivers, state, day, 2 * day - CF_NS_PER_S, &room.body, &flows);
      gained_j[i] = stored_of(b, &room) - before_j;
      harvest_j[i] = flows.harvest_j;
      for (uint32_t n = 0; n < 3; n++) kelvin[i][n] = temp_of(b, n, &room);
      drop_body(b);
    }
    for (int i = 1; i < 3; i++) {
      double changed = fabs(gained_j[i] - gained_j[0]) / harvest_j[0], most_k = 0.0;
      for (uint32_t n = 0; n < 3; n++) most_k = fmax(most_k, fabs(kelvin[i][n] - kelvin[0][n]));
      print_message("refresh / %d: %.2g of the day's energy, %.2g K\n", 1 << i, changed, most_k);
      assert_true(changed <= 1e-3 && fabs(harvest_j[i] / harvest_j[0] - 1.0) <= 1e-3);
      assert_true(most_k <= 0.01);
    }
  }
}

/* ---- by closed forms -----------------------------------------------------------------------------------------------
 */

typedef struct bare {
  cf_body_class class;
  cf_body_scale scale;
  cf_arena *arena;
} bare;

static cf_diag diag;

/* A capacitor without losses behind a converter without any, loads 0 W and `load_w`, one node that nothing warms. */
static bare *make_bare(double capacitance_f, double turn_on_v, double turn_off_v, double load_w, bool cold) {
  cf_arena *arena = cf_arena_create(0xA5);
  bare *b = CF_ARENA_NEW(arena, bare);
  *b = (bare){.arena = arena, .scale = {1.0, 1.0, 1.0}};
  b->class = (cf_body_class){.has_store = true, .bus_per_device = 1.0, .leakage_curve = -1, .loads = 2};
  b->class.converter =
      (cf_converter_curve){.mppt_fraction = 1.0, .points = 2, .input_w = {0.0, 1e3}, .output_w = {0.0, 1e3}};
  if (cold) {
    b->class.converter.cold_start_v = 1.8;
    b->class.converter.cold_start_w = 1e-4;
    b->class.converter.cold_efficiency = 0.05;
  }
  bench_ok(cf_converter_check(&b->class.converter, &diag), &diag);
  b->class.load[1] = (cf_load){.device_w = load_w, .bus_w = load_w};
  cf_store_input input = {.kind = CF_STORE_CAPACITOR,
                          .capacitor = {.capacitance_f = capacitance_f, .voltage_max_v = 5.0, .leakage_ohm = INFINITY},
                          .turn_on_v = turn_on_v,
                          .turn_off_v = turn_off_v,
                          .edge_v = cold ? 1.8 : 0.0,
                          .states = 2,
                          .bus_w = {0.0, load_w},
                          .tolerance = 1e-3,
                          .cells_max = 64};
  bench_ok(cf_store_build(&b->class.store, &input, arena, &diag), &diag);
  cf_network *network = cf_network_new(arena, 1, 1);
  network->capacity_j_per_k[0] = network->air_w_per_k[0] = 1.0;
  bench_ok(cf_modal_build(&b->class.modal, network, arena, &diag), &diag);
  return b;
}

static double joules_at(double capacitance_f, double v) { return 0.5 * capacitance_f * v * v; }

static void a_hybrid_switches_where_it_says(void **unused) {
  (void)unused;
  const double farad = 0.5, load_w = 0.01, below_v = 2.8, above_v = 3.2;
  bare *b = make_bare(farad, 3.2, 2.4, load_w, false);
  cf_body_class *class = &b->class;
  cf_store_input second = bench_battery();
  second.quiescent_a = 0.0;
  second.battery.self_discharge_per_s = second.battery.resistance_ohm = 0.0;
  second.states = 2;
  class->switch_loss = 0.02;
  second.bus_w[0] = 0.0;
  second.bus_w[1] = load_w / (1.0 - class->switch_loss);
  bench_ok(cf_store_build(&class->second, &second, b->arena, &diag), &diag);
  class->has_second = true;
  class->switch_below_x = below_v * below_v;
  class->switch_above_x = above_v * above_v;
  class->store_second_share = 0.8;
  cf_body_class_close(class);

  const double down_s = (joules_at(farad, 4.0) - joules_at(farad, below_v)) / load_w;
  const double panel_w = 0.025, up_s = (joules_at(farad, above_v) - joules_at(farad, below_v)) / panel_w;
  for (int side = -1; side <= 1; side += 2) { /* a hair before each instant, and after */
    double hair_s = 1e-7 * side, when_s;
    cf_body_room room;
    cf_body_begin(class, &b->scale, 293.15, 0.64, &room.body);
    cf_body_more *more = cf_body_more_of(class, &room.body);
    double second_j = more->second_j;
    cf_flows flows = {0};
    cf_drive dark = {.until_ns = CF_NS_PER_S, .air_k = 293.15, .host_k = 293.15}, lit = dark;
    lit.panel_w = panel_w;
    cf_walk_piece(class, &b->scale, &dark, 1, down_s + hair_s, NULL, &room.body, &flows, &when_s);
    double spent_j = second_j - more->second_j;
    assert_true(side < 0 ? spent_j == 0.0 : fabs(spent_j - load_w / 0.98 * hair_s) <= 1e-12);
    assert_true(fabs(room.body.store_j - joules_at(farad, below_v)) <= 1.0001 * load_w * fabs(hair_s));
    /* The second store carries for an hour; the main one rests. */
    if (side < 0) cf_walk_piece(class, &b->scale, &dark, 1, 1e-7, NULL, &room.body, &flows, &when_s);
    double main_j = room.body.store_j;
    second_j = more->second_j;
    cf_walk_piece(class, &b->scale, &dark, 1, 3600.0, NULL, &room.body, &flows, &when_s);
    assert_true(more->on_second && room.body.store_j == main_j);
    assert_true(fabs(second_j - more->second_j - 3600.0 * load_w / 0.98) <= 1e-9);
    /* All of the panel goes into the main store until it carries again. */
    cf_walk_piece(class, &b->scale, &lit, 1, up_s + hair_s, NULL, &room.body, &flows, &when_s);
    double risen_j = room.body.store_j - joules_at(farad, above_v);
    double want_j = side < 0 ? panel_w * hair_s : (panel_w - load_w) * hair_s;
    assert_true(fabs(risen_j - want_j) <= 1e-11);
    double resting_j = more->second_j;
    cf_walk_piece(class, &b->scale, &lit, 1, 10.0, NULL, &room.body, &flows, &when_s);
    assert_true(!more->on_second);
    assert_true(fabs(resting_j - more->second_j) <= (side < 0 ? load_w / 0.98 * 1.01e-7 : 0.0));
  }
  cf_arena_destroy(b->arena);
}

static void a_cold_start_gives_little_or_nothing(void **unused) {
  (void)unused;
  const double farad = 0.01, warm_j = joules_at(farad, 1.8);
  bare *b = make_bare(farad, 3.2, 2.4, 1e-3, true);
  cf_body_class_close(&b->class);
  static const double panel_w[] = {0.99e-4, 1e-4, 2e-3};
  for (int i = 0; i < 3; i++) {
    cf_body_room room;
    cf_body_begin(&b->class, &b->scale, 293.15, 0.0, &room.body);
    cf_flows flows = {0};
    double when_s, cold_s = warm_j / (0.05 * panel_w[i]);
    cf_drive drive = {.until_ns = CF_NS_PER_S, .panel_w = panel_w[i], .air_k = 293.15, .host_k = 293.15};
    cf_walk_piece(&b->class, &b->scale, &drive, 0, 0.5 * cold_s, NULL, &room.body, &flows, &when_s);
    if (i == 0) {
      assert_true(room.body.store_j == 0.0);
      assert_true(flows.spilled_j == flows.harvest_j && flows.converter_j == 0.0); /* nothing is drawn */
      continue;
    }
    assert_true(fabs(room.body.store_j - 0.5 * warm_j) <= 1e-12 * warm_j);
    cf_walk_piece(&b->class, &b->scale, &drive, 0, 0.5 * cold_s + 1.0, NULL, &room.body, &flows, &when_s);
    assert_true(fabs(room.body.store_j - warm_j - panel_w[i]) <= 1e-12 * warm_j);
  }
  /* A growing panel starts it at the instant at which it gives enough. */
  cf_body_room room;
  cf_body_begin(&b->class, &b->scale, 293.15, 0.0, &room.body);
  cf_flows flows = {0};
  double when_s;
  cf_drive drive = {.until_ns = CF_NS_PER_S, .panel_w_per_s = 1e-6, .air_k = 293.15, .host_k = 293.15};
  cf_walk_piece(&b->class, &b->scale, &drive, 0, 150.0, NULL, &room.body, &flows, &when_s);
  double want_j = 0.05 * 0.5e-6 * (150.0 * 150.0 - 100.0 * 100.0);
  assert_true(fabs(room.body.store_j - want_j) <= 1e-12 * want_j);
  cf_arena_destroy(b->arena);
}

/* ---- a node that lives from spark to spark -------------------------------------------------------------------------
 */

enum { SPARKS = 600 };
typedef struct trace {
  double w[SPARKS + 1]; /* every tenth of a second, straight between */
} trace;

static void trace_piece(const void *self, int64_t t_ns, cf_drive *out) {
  const trace *p = self;
  const int64_t step_ns = CF_NS_PER_S / 10;
  int64_t i = t_ns / step_ns;
  if (i >= SPARKS) i = SPARKS - 1;
  *out = (cf_drive){.from_ns = i * step_ns,
                    .until_ns = (i + 1) * step_ns,
                    .panel_w = p->w[i],
                    .panel_w_per_s = (p->w[i + 1] - p->w[i]) * 10.0,
                    .air_k = 293.15,
                    .host_k = 293.15};
}

/* First root in (0, length] of at + rate t + bend t^2 = 0, in the direction wanted; negative: none. */
static double first_root(double at, double rate, double bend, double length) {
  double best = -1.0, roots[2];
  int n = 0;
  if (fabs(bend) < 1e-300) {
    if (rate != 0.0) roots[n++] = -at / rate;
  } else {
    double d = rate * rate - 4.0 * bend * at;
    if (d >= 0.0) {
      double q = -0.5 * (rate + copysign(sqrt(d), rate));
      roots[n++] = q / bend;
      if (q != 0.0) roots[n++] = at / q;
    }
  }
  for (int i = 0; i < n; i++)
    if (roots[i] > 0.0 && roots[i] <= length && (best < 0.0 || roots[i] < best)) best = roots[i];
  return best;
}

/* Times that the node came on, from the energy as a parabola on each piece. */
static unsigned cycles_by_hand(const trace *p, double farad, double on_v, double off_v, double load_w) {
  double j = 0.0, on_j = joules_at(farad, on_v), off_j = joules_at(farad, off_v);
  bool on = false;
  unsigned cycles = 0;
  for (int i = 0; i < SPARKS; i++) {
    double slope = (p->w[i + 1] - p->w[i]) * 10.0;
    for (double t = 0.0; t < 0.1;) {
      double rate = p->w[i] + slope * t - (on ? load_w : 0.0), left = 0.1 - t;
      double hit = first_root(j - (on ? off_j : on_j), rate, 0.5 * slope, left);
      double span = hit > 0.0 ? hit : left;
      j = hit > 0.0 ? (on ? off_j : on_j) : j + rate * span + 0.5 * slope * span * span;
      t += span;
      if (hit < 0.0) break;
      on = !on;
      cycles += on;
    }
  }
  return cycles;
}

static unsigned cycles_by_steps(const trace *p, double farad, double on_v, double off_v, double load_w, double step_s) {
  double j = 0.0, on_j = joules_at(farad, on_v), off_j = joules_at(farad, off_v);
  bool on = false;
  unsigned cycles = 0;
  for (double t = 0.0; t < 0.1 * SPARKS; t += step_s) {
    int i = (int)fmin(t * 10.0, SPARKS - 1);
    double w = p->w[i] + (p->w[i + 1] - p->w[i]) * (t * 10.0 - i);
    j = fmax(0.0, j + (w - (on ? load_w : 0.0)) * step_s);
    if (!on && j >= on_j) {
      on = true;
      cycles++;
    } else if (on && j <= off_j) {
      on = false;
    }
  }
  return cycles;
}

static void power_cycles_are_counted(void **unused) {
  (void)unused;
  static const double farads[] = {10e-6, 22e-6, 47e-6, 100e-6};
  const double load_w = 5e-3;
  unsigned wrong_steps = 0;
  for (uint32_t which = 0; which < 12; which++) {
    double farad = farads[which % 4];
    trace p;
    for (uint32_t i = 0; i <= SPARKS; i++) p.w[i] = 2e-3 * pow(bodies_uniform(which, 6000 + i), 3.0);
    bare *b = make_bare(farad, 3.2, 2.4, load_w, false);
    cf_body_class_close(&b->class);
    cf_body_room room;
    cf_body_begin(&b->class, &b->scale, 293.15, 0.0, &room.body);
    cf_drivers drivers = {trace_piece, &p};
    const cf_drive_bounds bounds = {.panel_max_w = 2e-3, .air_max_k = 293.15, .host_max_k = 293.15};
    cf_flows flows = {0};
    const int64_t end = SPARKS * (CF_NS_PER_S / 10);
    unsigned cycles = 0;
    bool on = false;
    for (int64_t t = 0;;) {
      cf_watch watch = {on ? CF_WATCH_LOW : CF_WATCH_GOOD, INFINITY, -INFINITY};
      int64_t when = end;
      cf_crossing_kind kind =
          cf_walk_until(&b->class, &b->scale, &drivers, &bounds, on, t, end, &room.body, &watch, &when);
      if (kind == CF_CROSS_NONE) break;
      cf_walk(&b->class, &b->scale, &drivers, on, t, when, &room.body, &flows);
      t = when;
      on = !on;
      cycles += on;
    }
    unsigned want = cycles_by_hand(&p, farad, 3.2, 2.4, load_w);
    assert_true(want > 40);
    assert_int_equal(cycles, want);
    unsigned steps = cycles_by_steps(&p, farad, 3.2, 2.4, load_w, 0.01);
    wrong_steps += steps != want;
    if (which < 4) print_message("%.0f uF: %u power cycles; %u in steps of 10 ms\n", farad * 1e6, want, steps);
    cf_arena_destroy(b->arena);
  }
  assert_true(wrong_steps >= 9); /* what stepping would make of it */
}

int main(void) {
  cf_diag_init(&diag);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_an_integrator),       cmocka_unit_test(what_is_held_converges),
      cmocka_unit_test(curves_bound_their_own_errors),   cmocka_unit_test(a_shorter_refresh_changes_little),
      cmocka_unit_test(a_hybrid_switches_where_it_says), cmocka_unit_test(a_cold_start_gives_little_or_nothing),
      cmocka_unit_test(power_cycles_are_counted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
