/* A scenario as loaded: plain data in SI units, every reference resolved, every number traceable.
 *
 * The schema table (schema.c) fills these structs; nothing else writes them. All memory is the scenario's arena.
 * Optional parts are NULL or count 0. The text that a value came from is kept in `constants` (what was used, with its
 * source) and in the resolved tree (tree.h), which `show --explain` reads. */
#ifndef CF_CONFIG_SCENARIO_H
#define CF_CONFIG_SCENARIO_H

#include "base/arena.h"
#include "base/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  CF_MAX_POINTS = 4,
  CF_MAX_MODELS = 3,
  CF_MAX_GROUPS = 8,
  CF_MAX_POLICIES = 16,
  CF_MAX_TABLE = 24,
  CF_MAX_ASSERTS = 16,
  CF_MAX_HARVESTERS = 4
};

/* Files that a scenario names: weather.h, trace.h, graph.h. */
struct cf_weather;
struct cf_trace_table;
struct cf_graph;

/* Pairs. Of a function: linear in between, x strictly increasing. count 0: none. */
typedef struct cf_table {
  uint32_t count;
  double x[CF_MAX_TABLE];
  double y[CF_MAX_TABLE];
} cf_table;

/* ---- models/ai: a model as a likelihood, at two conditions -------------------------------------------------- */
typedef struct cf_ai_model {
  const char *name;
  double accuracy_in_domain; /* 0..1, from a cited measurement */
  double accuracy_shifted;   /* the same under the nuisance */
  double hard_error_share;   /* share of its errors that fall on hard samples, 0..1 */
  double sure_if_right;      /* chance of a high-confidence verdict when it is right, 0..1 */
  double sure_if_wrong;      /* the same when it is wrong */
  double tokens;             /* emitted per inference; 0 for models that emit none */
} cf_ai_model;

/* What one inference of a model costs on one device at operating point 0. */
typedef struct cf_inference_cost {
  const cf_ai_model *model;
  double energy_j;
  double time_s;
} cf_inference_cost;

/* ---- models/devices ------------------------------------------------------------------------------------------ */
typedef struct cf_operating_point {
  const char *name;
  double power_w; /* while thinking */
  double speed;   /* inferences per second relative to point 0 (the fastest), 0 < speed <= 1 */
} cf_operating_point;

typedef struct cf_device {
  const char *name;
  double sleep_power_w;         /* state kept */
  double sleep_discard_power_w; /* state lost */
  double idle_power_w;          /* a hub's floor, whether or not anyone asks */
  double active_power_w;        /* running, for deciding and boot */
  double clock_hz;
  double cycles_per_operation;      /* of one multiply-add of deciding */
  double die_to_case_k_per_w;       /* 0 where there is a ladder */
  double die_heat_capacity_j_per_k; /* 0 where there is a ladder */
  cf_table ladder;                  /* from the die to the case: x K/W, y J/K; at most 8 steps */
  bool ladder_is_foster;            /* a fitted step response instead of a chain (Cauer) */
  double leakage_power_w;           /* of the silicon at leakage_at_k, part of active and idle power; 0: none */
  double leakage_at_k;
  double leakage_per_k;  /* exponent: P = leakage_power exp(leakage_per_k (T - leakage_at)) */
  double leakage_asleep; /* share of it that sleeps along, 0..1 */
  double junction_max_k;
  uint32_t points;
  cf_operating_point point[CF_MAX_POINTS]; /* count 0: one point, energy and time as the inference rows say */
} cf_device;

/* ---- models/harvesters ---------------------------------------------------------------------------------------- */
typedef enum cf_harvester_kind {
  CF_HARVEST_PV,
  CF_HARVEST_THERMOELECTRIC,
  CF_HARVEST_VIBRATION,
  CF_HARVEST_RF,
  CF_HARVEST_WIND,
  CF_HARVEST_INDUCTION,
  CF_HARVEST_BIOFUEL,
  CF_HARVEST_CONSTANT, /* these two have no model */
  CF_HARVEST_TRACE
} cf_harvester_kind;

/* Fields of other kinds are 0. */
typedef struct cf_harvester_model {
  const char *name;
  cf_harvester_kind kind;
  /* pv */
  double pv_efficiency_stc;          /* 0..1 at 1000 W/m2 and 25 degC cell */
  double pv_power_coefficient_per_k; /* negative */
  double pv_faiman_u0_w_per_m2_k;
  double pv_faiman_u1_w_s_per_m3_k;
  /* thermoelectric: a module with all its couples in series, on a matched load */
  double seebeck_v_per_k;
  double resistance_ohm;
  double conductance_w_per_k; /* without current */
  bool bipolar;               /* harvests with its cold side hot, too */
  /* vibration: a mass on a spring */
  double mass_kg;
  double resonance_hz;
  double electrical_damping, mechanical_damping; /* shares of the critical damping */
  double stroke_m;                               /* from the middle to a stop */
  /* rf */
  double transmit_power_w;            /* 0: only a power density can be given */
  double transmit_gain, receive_gain; /* ratios over an isotropic antenna */
  double frequency_hz;
  double aperture_m2;  /* of the receiving antenna, for a power density; 0: only a distance can be given */
  cf_table efficiency; /* of the rectifier, 0..1, against the power at its input in W, > 0 */
  /* wind */
  double area_m2;
  double power_coefficient; /* of the whole machine */
  double air_density_kg_m3;
  double cut_in_ms, rated_ms, cut_out_ms;
  /* induction: a coil around or near a power line */
  double w_per_a2; /* of the rms current */
  double saturation_w;
  double start_a; /* nothing below */
  /* biofuel */
  double w_per_m2;
  double decay_s; /* time constant; 0: none */
} cf_harvester_model;

/* One place of a node between which heat flows, or whose temperature counts. */
typedef enum cf_heat_place { CF_HEAT_DIE, CF_HEAT_CASE, CF_HEAT_TISSUE, CF_HEAT_HOST, CF_HEAT_AIR } cf_heat_place;

/* One of a group's. Fields of other kinds are 0. */
typedef struct cf_harvester {
  const char *name;
  cf_harvester_kind kind;
  const cf_harvester_model *model; /* NULL for constant and trace */
  /* pv */
  double area_m2; /* also biofuel: of the electrode */
  double tilt_rad;
  double azimuth_rad;     /* from north over east */
  double soiling;         /* share lost, 0..1 */
  uint32_t transposition; /* 0 isotropic, 1 Hay-Davies, 2 Perez */
  /* thermoelectric: heat flows from `from` to `to` when it harvests; die, case, host or air */
  cf_heat_place from, to;
  /* vibration */
  bool machine_driven;     /* swings with the machine of the place; else with its own: */
  double acceleration_ms2; /* peak */
  double frequency_hz;
  /* rf: one of the two, the other 0 */
  double distance_m;
  double power_density_w_per_m2;
  /* constant */
  double power_w;
  /* vibration of its own, rf, constant: only between these times of day, local solar time; else always */
  bool daily;
  double daily_from_s, daily_to_s; /* 0..86400; to < from: over midnight */
  /* trace */
  const struct cf_trace_table *trace; /* W */
  bool repeat;
} cf_harvester;

/* ---- models/converters, models/storage ------------------------------------------------------------------------ */
typedef struct cf_converter {
  const char *name;
  double mppt_fraction;     /* of the maximum power that is drawn, 0..1 */
  cf_table output_w;        /* output power against input power, through (0, 0) */
  double quiescent_a;       /* drawn from the store, current */
  double output_efficiency; /* store to load, 0..1 */
  double cold_start_v;      /* store voltage below which it works badly; 0: it never does */
  double cold_start_w;      /* least input there */
  double cold_efficiency;   /* there, 0..1 */
} cf_converter;

typedef enum cf_storage_kind { CF_STORAGE_CAPACITOR, CF_STORAGE_BATTERY, CF_STORAGE_PRIMARY } cf_storage_kind;

/* Fields of other kinds are 0. Rates and activations as in physics/store.h and physics/ageing.h. */
typedef struct cf_storage {
  const char *name;
  cf_storage_kind kind;
  double initial_share; /* of the full energy at start, 0..1 */
  /* capacitor */
  double capacitance_f;
  double esr_ohm;
  double leakage_a;
  double leakage_resistance_ohm; /* in parallel; 0: none */
  double voltage_max_v;
  double slow_capacitance_f, slow_resistance_ohm; /* second branch; 0: none */
  /* battery, primary */
  double resistance_ohm; /* at reference_k */
  double reference_k;
  double resistance_activation_k; /* battery; 0: constant */
  double self_discharge_per_s;    /* at reference_k; share of the stored (battery) or full (primary) energy */
  double self_discharge_activation_k;
  /* battery */
  double capacity_c;
  cf_table open_voltage; /* V against the share of the charge, from 0 to 1 */
  double coulomb_efficiency;
  double charge_rate_per_s, discharge_rate_per_s; /* largest current over capacity; 0: no limit */
  double charge_from_k, charge_to_k;              /* charging only in between; charge_to_k 0: no limit */
  double discharge_from_k, discharge_to_k;
  double calendar_q0; /* 0: no ageing by the calendar */
  double calendar_a_per_sqrt_day, calendar_b_k, calendar_c_k;
  cf_table cycle_life;      /* cycles to the end of life against their depth; count 0: no ageing by cycles */
  double end_of_life_share; /* of the capacity that is then left */
  /* primary */
  cf_table capacity_by_current; /* C against A */
  double open_voltage_v;
  double cut_off_v;
  double current_max_a; /* 0: no limit */
  double
      film_after_hour_v; /* voltage of the film after an hour of rest, at film_reference_a; grows as the root of time */
  double film_max_v;     /* 0: no film */
  double film_reference_a;
  double film_activation_k;
  double film_charge_c; /* that clears it */
} cf_storage;

typedef struct cf_supply {
  double turn_on_v;
  double turn_off_v; /* < turn_on_v */
  double boot_energy_j;
  double boot_time_s;
  double checkpoint_v; /* store voltage at which the state is saved; 0: it is not */
  double checkpoint_energy_j;
  double checkpoint_time_s;
} cf_supply;

/* ---- models/enclosures ----------------------------------------------------------------------------------------- */
typedef struct cf_enclosure {
  const char *name;
  double to_air_k_per_w;  /* case to ambient air; 0: no fixed one */
  double surface_area_m2; /* gives heat by convection and radiation; 0: does not */
  double surface_height_m;
  double surface_emissivity;
  double heat_capacity_j_per_k;
  double projected_area_m2; /* that the sun sees */
  double sun_absorptance;   /* 0..1 */
} cf_enclosure;

typedef struct cf_limits {
  cf_heat_place at;   /* die, case or tissue: whose temperature counts */
  bool stops_harvest; /* a node that shut down for heat takes no harvest either */
  double throttle_above_k;
  double throttle_below_k; /* < throttle_above_k; a shut-down node returns below it too */
  double shut_down_above_k;
} cf_limits;

/* ---- models/tissues --------------------------------------------------------------------------------------------- */
typedef struct cf_tissue_model {
  const char *name;
  double conductivity_w_per_m_k;
  double density_kg_m3;
  double specific_heat_j_per_kg_k;
  double perfusion_m3_per_kg_s; /* volume of blood per mass of tissue; times density: per volume of tissue */
  double blood_density_kg_m3;
  double blood_specific_heat_j_per_kg_k;
  double blood_temperature_k;
} cf_tissue_model;

/* ---- models/radios ---------------------------------------------------------------------------------------------- */
typedef struct cf_radio {
  const char *name;
  double tx_power_w;         /* electrical, while sending */
  double rx_power_w;         /* electrical, while listening */
  double radiated_power_w;   /* the part of tx_power_w that leaves as waves */
  uint32_t spreading_factor; /* 7..12 */
  double bandwidth_hz;
  uint32_t coding_rate; /* 1..4 for 4/5..4/8 */
  uint32_t preamble_symbols;
  uint32_t channels;     /* 1..8, one picked at random per attempt */
  uint32_t header_bytes; /* of the MAC, added to every payload */
  uint32_t payload_max_bytes;
  double duty_cycle; /* of the uplink band and of the first receive window, 0..1 */
  double second_window_duty_cycle;
  double receive_delay_s; /* end of uplink to first receive window; the second is 1 s later */
  double margin_db;       /* mean received power above sensitivity */
  double fading_db;       /* standard deviation of log-normal fading per packet */
  uint32_t retries;
  double back_off_s;     /* mean wait before a retry */
  uint32_t demodulators; /* hub: simultaneous receptions */
} cf_radio;

/* ---- models/climates --------------------------------------------------------------------------------------------- */
typedef struct cf_climate_month {
  double clear_sky_index[5];        /* at the 10, 30, 50, 70, 90 % quantiles: five equally likely states */
  double clear_sky_index_lag1_hour; /* autocorrelation, 0..1 */
  double air_mean_k;
  double air_daily_min_k;
  double air_daily_max_k;
  double wind_mean_ms;
} cf_climate_month;

typedef struct cf_climate {
  const char *name;
  double latitude_rad;
  double longitude_rad;
  double altitude_m;
  double linke_turbidity;
  double albedo;
  cf_climate_month month[12];
} cf_climate;

/* ---- models/worlds ----------------------------------------------------------------------------------------------- */
/* A node's hidden state ok/event, with rates set by a site's hidden pressure low/high, and a site's nuisance off/on
 * that spoils cheap looks. All are continuous-time Markov chains. */
typedef struct cf_world_process {
  const char *name;
  const char *state_names[2];
  double onset_per_s[2]; /* by pressure low, high */
  double recovery_per_s;
  double pressure_on_per_s;
  double pressure_off_per_s;
  double nuisance_on_per_s;
  double nuisance_off_per_s;
  double hard_share; /* of samples, 0..1 */
} cf_world_process;

/* ---- the scenario ------------------------------------------------------------------------------------------------ */
typedef enum cf_distribution { CF_SAME, CF_LOGNORMAL, CF_UNIFORM, CF_NORMAL } cf_distribution;

/* A factor (harvest, capacitance, leakage; mean 1) or an addend (margin, dB) drawn per node. */
typedef struct cf_variation {
  cf_distribution kind;
  double a; /* LOGNORMAL: relative sd (median 1); UNIFORM: low end (as 1 + a); NORMAL: sd */
  double b; /* UNIFORM: high end (as 1 + b) */
} cf_variation;

typedef struct cf_local_model {
  const char *role; /* "small", "large": cheapest first */
  cf_inference_cost cost;
} cf_local_model;

typedef struct cf_node_group {
  const char *name;
  uint32_t count;
  const cf_device *device;
  bool mains; /* no harvest, no store */
  int64_t sample_every_ns;
  int64_t sample_jitter_ns; /* each sample waits a uniform time below this; < sample_every_ns */
  double sense_energy_j;
  double sense_time_s;
  uint32_t models;
  cf_local_model model[CF_MAX_MODELS];
  uint32_t harvesters;
  cf_harvester harvester[CF_MAX_HARVESTERS];
  const cf_converter *converter;
  const cf_storage *storage;
  const cf_storage *backup;              /* NULL: none; carries the load while the main store is low */
  double switch_below_v, switch_above_v; /* of the main store; below < above */
  double switch_loss;                    /* share of the power through the switch */
  cf_supply supply;
  bool sleep_retain;
  const cf_enclosure *enclosure;
  double to_wall_k_per_w;        /* case to the machine's wall; 0: not mounted on it */
  const cf_tissue_model *tissue; /* NULL: none */
  double tissue_radius_m;
  uint32_t tissue_shells;
  const struct cf_graph *network; /* replaces die, case and their ways out; NULL: none. Its nodes, from 0: */
  uint32_t network_die, network_case, network_radio, network_sensor;
  uint32_t network_models[CF_MAX_MODELS];
  cf_limits limits;
  const cf_radio *radio;
  cf_variation varies_harvest, varies_capacitance, varies_leakage, varies_margin;
} cf_node_group;

typedef enum cf_hub_sleep { CF_HUB_NEVER_SLEEPS, CF_HUB_SLEEPS_BETWEEN_REQUESTS, CF_HUB_SLEEPS_AT_NIGHT } cf_hub_sleep;

typedef struct cf_hub_group {
  const char *name;
  uint32_t count; /* resolved: ceil(nodes / nodes_each) when nodes_each was given */
  uint32_t nodes_each;
  const cf_device *device;
  bool mains;
  cf_local_model model; /* role "hub" */
  const cf_radio *radio;
  cf_hub_sleep sleep_policy;
} cf_hub_group;

typedef struct cf_escalation {
  uint32_t size_bytes;
  uint32_t answer_bytes;
  double give_up_after_s;
} cf_escalation;

typedef enum cf_policy_kind {
  CF_POLICY_ALWAYS_LOCAL,
  CF_POLICY_ALWAYS_ESCALATE,
  CF_POLICY_RANDOM,
  CF_POLICY_CONFIDENCE_THRESHOLD
} cf_policy_kind;

typedef struct cf_policy_spec {
  const char *name;
  cf_policy_kind kind;
  double ask;              /* RANDOM: chance to escalate */
  double look_again_below; /* CONFIDENCE_THRESHOLD: run the next model below this belief */
  double ask_below;        /* CONFIDENCE_THRESHOLD: escalate below this belief */
} cf_policy_spec;

typedef enum cf_record_decisions { CF_DECISIONS_NONE, CF_DECISIONS_ALL } cf_record_decisions;

typedef struct cf_record {
  int64_t fleet_every_ns; /* 0: no series */
  bool nodes;
  bool power_events;
  cf_record_decisions decisions;
} cf_record;

typedef struct cf_assertion {
  const char *column; /* of table run: energy_residual, down_frac, ... */
  const char *policy; /* NULL: every policy */
  double min, max;    /* -inf, +inf when absent */
  cf_source where;
} cf_assertion;

/* A number the scenario used, for `cite` and table constant. */
typedef struct cf_constant {
  const char *path;   /* e.g. "sensors.storage.leakage" */
  double value;       /* in `unit` */
  const char *unit;   /* as written: "uA" */
  double low, high;   /* NAN when not stated */
  char status;        /* V read in the source, M measured, A assumed, S set by the scenario's author */
  const char *source; /* "" for S */
  const char *locator;
} cf_constant;

/* A file that the scenario was made from. */
typedef struct cf_input_file {
  const char *path;
  const char *bytes;
  size_t length;
  char sha256[65];
} cf_input_file;

/* A machine that nodes are mounted on, or shaken by: on for on_s, off for off_s, again and again. */
typedef struct cf_machine_spec {
  bool has;
  int64_t on_ns, off_ns;
  int64_t starts_after_ns;       /* the scenario's start to the first time that it is switched on */
  double wall_on_k, wall_off_k;  /* what its wall tends to */
  double warm_up_s, cool_down_s; /* time constants */
  double vibration_ms2;          /* peak acceleration while it runs; 0: none */
  double frequency_hz;
} cf_machine_spec;

/* The current of a power line, rms: by the hour of the local solar day, or a trace. */
typedef struct cf_line_spec {
  bool has;
  double current_a[24]; /* where `trace` is NULL */
  const struct cf_trace_table *trace;
  bool repeat;
} cf_line_spec;

typedef struct cf_scenario {
  cf_arena *arena;
  const struct cf_tree *tree; /* resolved tree, for show and explain */
  const char *name;
  const char *scarce; /* what is scarce and why, as the author says */
  uint64_t seed;
  int64_t start_unix_s;
  int64_t duration_ns;
  const cf_climate *climate;        /* never NULL: of weather and indoors what they have of one, the rest neutral */
  const struct cf_weather *weather; /* hour by hour, instead of the climate's clouds and tables; or NULL */
  double weather_linke_turbidity, weather_albedo;
  bool indoors; /* no sun, no wind, the climate's air does not change */
  double indoor_air_k;
  cf_machine_spec machine;
  cf_line_spec line;
  double horizon_rad;
  uint32_t site_nodes; /* nodes that share weather and hidden factors */
  const cf_world_process *world;
  int64_t deadline_ns;
  double loss_miss;
  double loss_false_alarm;
  uint32_t node_groups;
  cf_node_group nodes[CF_MAX_GROUPS];
  uint32_t hub_groups; /* 0 or 1 */
  cf_hub_group hubs[1];
  cf_escalation escalate;
  uint32_t policies;
  cf_policy_spec policy[CF_MAX_POLICIES];
  cf_record record;
  double tolerance_power;         /* of the load-time interpolants, relative, default 0.001 */
  double tolerance_temperature_k; /* of interpolated temperatures and of curves of heat */
  double tolerance_sun_wm2;       /* of light between knots; 0: knots every 15 min */
  int64_t refresh_ns;             /* how long what depends on two quantities is held; divides a day */
  uint32_t assertions;
  cf_assertion assertion[CF_MAX_ASSERTS];
  uint32_t constants;
  const cf_constant *constant;
  uint32_t inputs;
  const cf_input_file *input;
} cf_scenario;

/* One --set: "path=value"; `origin` names it in messages ("--set#1"). */
typedef struct cf_setting {
  const char *text;
  const char *origin;
} cf_setting;

struct cf_reader;

typedef struct cf_load_options {
  const char *models_dir; /* where models/ is; NULL: "models" */
  const cf_setting *settings;
  uint32_t setting_count;
  const struct cf_reader *reader; /* where bytes come from (reader.h); NULL: the disk */
} cf_load_options;

/* Reads and checks a scenario. On error NULL, and up to 20 diagnostics with file:line:column, status CF_INPUT (or
 * CF_IO). */
cf_scenario *cf_scenario_load(const char *path, const cf_load_options *options, cf_diag *diag);
void cf_scenario_destroy(cf_scenario *scenario);

#endif
