/* coldfleet probe leakage: a chip whose leakage feeds on its own heat. Does it settle, where, how fast does it warm? */
#include "cli/probe.h"
#include "physics/leakage.h"
#include "physics/walker.h"

#define ZERO_DEGC 273.15

enum { AIR, RESISTANCE, CAPACITY, DYNAMIC, LEAKAGE, REFERENCE, BETA, PROBE };
enum { RUNAWAY, STEADY, UNSTABLE, GAIN, CRITICAL, TIME };

static const cf_probe_input inputs[] = {
    {"Ta_C", CF_PROBE_NUMBER, true, NAN, "temperature of the surroundings, and of the chip at first"},
    {"R_KperW", CF_PROBE_NUMBER, true, NAN, "thermal resistance to them"},
    {"C_JperK", CF_PROBE_NUMBER, false, NAN, "heat capacity; for the time"},
    {"Pdyn_W", CF_PROBE_NUMBER, true, NAN, "power apart from leakage"},
    {"Pleak0_W", CF_PROBE_NUMBER, true, NAN, "leakage at T0_C"},
    {"T0_C", CF_PROBE_NUMBER, true, NAN, "where that is"},
    {"beta_perK", CF_PROBE_NUMBER, true, NAN, "leakage grows as exp(beta (T - T0))"},
    {"T_probe_C", CF_PROBE_NUMBER, false, NAN, "temperature whose time is asked for"},
    {0}};
static const cf_probe_output outputs[] = {
    {"runaway", CF_PROBE_COUNT, "1: there is no steady state"},
    {"Tsteady_C", CF_PROBE_REAL_OR_NAN, "where it settles; nan on runaway"},
    {"Tunstable_C", CF_PROBE_REAL_OR_NAN, "beyond this it runs away all the same"},
    {"loop_gain", CF_PROBE_REAL_OR_NAN, "share of a kelvin that comes back as heat: 1 at the brink"},
    {"Pcritical_W", CF_PROBE_REAL, "power apart from leakage at the brink"},
    {"time_from_Ta_to_probe_s", CF_PROBE_REAL_OR_NAN, "until T_probe_C; nan: never"},
    {0}};

/* Steady rise of the power that there is at the temperature asked for. Beyond it a double does not tell the degrees of
 * the way from each other well enough, and nothing is a chip any more. */
static const double most_rise_k = 1e6;

/* A chip of one node, on its way from Ta to T_probe. */
static cf_status warm_up(const cf_probe_study *study, const double *in, const cf_leakage *leakage, cf_arena *arena,
                         double *time_s, cf_diag *diag) {
  double air_k = in[AIR] + ZERO_DEGC, probe_k = in[PROBE] + ZERO_DEGC, all = 1.0;
  cf_heat_curve curve;
  cf_network *network = cf_network_new(arena, 1, 1);
  cf_body_class *class = CF_ARENA_NEW(arena, cf_body_class);
  cf_body_room *room = CF_ARENA_NEW(arena, cf_body_room);
  if (!network || !class || !room) return cf_fail(diag, CF_INTERNAL, "no memory");
  network->capacity_j_per_k[0] = in[CAPACITY];
  network->air_w_per_k[0] = 1.0 / in[RESISTANCE];
  cf_status status = cf_modal_build(&class->modal, network, arena, diag);
  if (status == CF_OK)
    status = cf_leakage_curve(leakage, 0, air_k, probe_k, study->tolerance, CF_HEAT_CELLS, &curve, arena, diag);
  if (status == CF_OK) status = cf_modal_curves_build(&class->curves, &class->modal, &curve, 1, &all, 1, arena, diag);
  if (status) return status;
  class->leakage_curve = 0;
  class->loads = 1;
  class->load[0] = (cf_load){.device_w = in[DYNAMIC], .bus_w = in[DYNAMIC], .heat_w = in[DYNAMIC]};
  cf_body_class_close(class);
  cf_body_scale scale = {1.0, 1.0, 1.0};
  cf_drive drive = {.until_ns = INT64_MAX, .air_k = air_k, .host_k = air_k};
  cf_watch watch = {.warm_above_k = probe_k, .cool_below_k = -INFINITY};
  cf_flows flows = {0};
  cf_body_begin(class, &scale, air_k, 1.0, &room->body);
  /* In pieces that double, from the time at the first instant's pace on: a span far beyond the answer would cost digits
   * of it. */
  double horizon_s = 1e6 * in[RESISTANCE] * in[CAPACITY], at_s = 0.0, piece_s;
  double span_s = in[CAPACITY] * (probe_k - air_k) / (in[DYNAMIC] + cf_leakage_w(leakage, air_k));
  cf_crossing_kind what = CF_CROSS_NONE;
  while (what != CF_CROSS_WARM && at_s < horizon_s) {
    what = cf_walk_piece(class, &scale, &drive, 0, span_s, &watch, &room->body, &flows, &piece_s);
    at_s += piece_s;
    span_s *= 2.0;
  }
  *time_s = what == CF_CROSS_WARM ? at_s : (double)NAN;
  return CF_OK;
}

static bool time_of(const cf_probe_study *study, const cf_probe_row *row, const cf_leakage *leakage,
                    const cf_leakage_verdict *verdict) {
  const double *in = row->in;
  if (isnan(in[CAPACITY] + in[PROBE])) return true;
  if (in[PROBE] <= in[AIR]) {
    row->out[TIME] = in[PROBE] < in[AIR] ? (double)NAN : 0.0;
    return true;
  }
  if (!verdict->runaway && in[PROBE] + ZERO_DEGC >= verdict->steady_k) return true;
  if (in[RESISTANCE] * (in[DYNAMIC] + cf_leakage_w(leakage, in[PROBE] + ZERO_DEGC)) > most_rise_k)
    return cf_probe_fail(row, PROBE, "the power at that temperature is on its way to more than %g K", most_rise_k);
  cf_diag diag;
  cf_diag_init(&diag);
  cf_arena *arena = cf_arena_create(0);
  cf_status status =
      arena ? warm_up(study, in, leakage, arena, &row->out[TIME], &diag) : cf_fail(&diag, CF_INTERNAL, "no memory");
  if (arena) cf_arena_destroy(arena);
  return status == CF_OK || cf_probe_fail(row, PROBE, "%s", diag.entry[0].text);
}

static bool compute(void *self, const cf_probe_row *row) {
  const double *in = row->in;
  double *out = row->out;
  if (!cf_probe_within(row, AIR, -ZERO_DEGC, 2000.0) || !cf_probe_within(row, RESISTANCE, 1e-9, 1e9) ||
      !cf_probe_within(row, CAPACITY, 1e-15, 1e15) || !cf_probe_within(row, DYNAMIC, 0.0, 1e9) ||
      !cf_probe_within(row, LEAKAGE, 0.0, 1e9) || !cf_probe_within(row, BETA, 1e-9, 10.0))
    return false;
  if (isnan(in[AIR] + in[RESISTANCE] + in[DYNAMIC] + in[LEAKAGE] + in[REFERENCE] + in[BETA])) return true;
  cf_leakage leakage = {in[LEAKAGE], in[REFERENCE] + ZERO_DEGC, in[BETA]};
  cf_leakage_verdict verdict = cf_leakage_one_node(&leakage, in[RESISTANCE], in[AIR] + ZERO_DEGC, in[DYNAMIC]);
  out[RUNAWAY] = verdict.runaway;
  out[STEADY] = verdict.steady_k - ZERO_DEGC;
  out[UNSTABLE] = verdict.unstable_k - ZERO_DEGC;
  out[GAIN] = verdict.loop_gain;
  out[CRITICAL] = verdict.critical_w;
  return time_of(self, row, &leakage, &verdict);
}

const cf_probe_table cf_probe_leakage = {"probe leakage", inputs, outputs, compute, NULL};

typedef struct leakage_flags {
  const char *tolerance;
} leakage_flags;

static const cf_flag flags[] = {
    {"tolerance", 't', CF_FLAG_TEXT, "X", "of the leakage curve, 1e-13 to 0.1; 1e-9 unless given",
     offsetof(leakage_flags, tolerance), 0},
    {0}};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  leakage_flags given = {0};
  cf_words words;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_probe_study study = cf_probe_study_new();
  cf_status status = cf_cli_read(cli, &cf_command_probe_leakage, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  status = cf_probe_tolerance(given.tolerance, &study.tolerance, &diag);
  if (status) return cf_cli_tell(cli, &diag, status);
  return cf_probe_run(cli, &cf_probe_leakage, &study, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) { cf_probe_explain(&cf_probe_leakage, out); }

const cf_command cf_command_probe_leakage = {
    .name = "probe leakage",
    .line = "a chip whose leakage feeds on its own heat: does it settle, where, how fast",
    .usage = "[--tolerance X] [FILE]",
    .example =
        "printf 'Ta_C,R_KperW,C_JperK,Pdyn_W,Pleak0_W,T0_C,beta_perK,T_probe_C\\n"
        "45,8,12,3,0.35,25,0.036,85\\n' | coldfleet probe leakage",
    .flags = flags,
    .more = more,
    .run = run,
};
