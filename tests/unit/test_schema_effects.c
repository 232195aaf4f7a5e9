/* Every key matters: the schema is walked, and each key and each of its values is changed in a small run of its own.
 *
 * The digest of a run must differ from that of the same run without the change; or stay the same, where the row says
 * why (digest_free); or the loader must refuse the change. A row without a change below fails the test with its path,
 * so that a key which nobody reads cannot come in unseen, and so does a change whose path is no longer in the schema.
 */
#include "config/schema.h"

#include "config/reader.h"
#include "config/scenario.h"
#include "fleet/simulate.h"
#include "../support/cf_test.h"

enum { MOST = 6, SETTINGS = 32, PATH = 160 };

/* ---- small runs in which things happen ---- */
typedef struct base {
  const char *path;
  const char *policy;
  const char *set[MOST * 2];
  const char *nodes, *hubs; /* names of its groups; NULL: sensors, gateways */
} base;

/* Twelve sensors that think, and ask when in doubt. */
static const base think = {
    "scenarios/agriculture.yaml", "confidence-threshold",
    .set = {"fleet.sensors.count=12", "duration=24 h", "fleet.gateways.nodes_each=6", "place.site.nodes_each=2",
            "policies.confidence-threshold.look_again_below=99.9 %", "policies.confidence-threshold.ask_below=99.5 %"}};
/* Twelve that ask one hub every minute: collisions, retries, both receive windows. */
static const base ask = {
    "scenarios/agriculture.yaml", "always-escalate",
    .set = {"fleet.sensors.count=12", "duration=12 h", "fleet.gateways.nodes_each=12", "place.site.nodes_each=4",
            "fleet.sensors.sample_every=1 min", "fleet.sensors.storage.capacitance=5 F"}};
static const base toss = {"scenarios/agriculture.yaml", "random", .set = {"fleet.sensors.count=4", "duration=12 h"}};
/* The night is too long for the store: brown-outs, boots. */
static const base small = {"scenarios/small-capacitor.yaml", "confidence-threshold",
                           .set = {"fleet.sensors.count=6", "duration=36 h", "place.site.nodes_each=3"},
                           .hubs = "gateway"};
/* All operating points and the shut-down within reach. */
static const base hot = {"scenarios/hot-module.yaml", "think-big",
                         .set = {"fleet.modules.count=2", "start=2026-07-01T14:00:00Z", "duration=3 h",
                                 "fleet.modules.limits={throttle_above: 60 degC, throttle_below: 57 degC, "
                                 "shut_down_above: 64 degC}"},
                         .nodes = "modules"};
static const base mine = {"scenarios/agriculture.yaml", "mine",
                          .set = {"fleet.sensors.count=4", "duration=12 h", "place.site.nodes_each=4"}};

/* ---- what is changed ---- */
typedef struct change {
  const char *path; /* as the walk below names it */
  const base *base;
  const char *value;       /* what stands at that path in the changed run; NULL: the last part of the path says it */
  const char *set[MOST];   /* or: its settings in full */
  const char *file;        /* a file that the changed run reads otherwise: */
  const char *find, *put;  /* `find` in it is `put` instead, */
  unsigned skip;           /* after so many that stay; */
  const char *as;          /* and it does so under this name, as a model of its own; NULL: under its own */
  const char *first[2];    /* what is changed in that file in both runs, before: first[0] is first[1] instead */
  const char *refused;     /* what the loader says to it; NULL: it takes it */
  const char *given[MOST]; /* further settings of both runs */
} change;

#define GROUP(power)                                                                                                 \
  "fleet.more={tier: node, count: 2, device: stm32u575, sample_every: 5 min, sense: {energy: 12 mJ, time: 0.1 s}, "  \
  "models: {small: ad-autoencoder-int8}, enclosure: abs-120x80x60mm, radio: sx1276-eu868, limits: {throttle_above: " \
  "85 degC, throttle_below: 80 degC, shut_down_above: 105 degC}, " power "}"
#define HARVEST                                                                                                 \
  "power: harvest, harvesters: {p: {model: mono-si, area: 4 cm2, tilt: 35 deg}}, converter: bq25570, storage: " \
  "supercap-5v, supply: {turn_on: 3.2 V, turn_off: 2.4 V, boot_energy: 20 mJ, boot_time: 80 ms}"
#define HUB                                                                                                    \
  "{tier: hub, count: 1, device: jetson-orin-nano, power: mains, models: {hub: mobilenetv3-features}, radio: " \
  "sx1301-eu868}"
#define NIGHT "fleet.gateways.sleep_policy=night"
#define HUB_ALIKE "escalate={size: 20 B, answer: 4 B, give_up_after: 60 s}"

/* Surroundings, sources and stores that agriculture does not have. */
#define WEATHER "place={weather: {file: hours.csv}, site: {nodes_each: 2}}"
#define INDOORS "place={indoors: {air: 22 degC}, site: {nodes_each: 2}}"
#define MACHINE                                                                                                    \
  "place.machine={on_for: 6 h, off_for: 2 h, wall_on: 60 degC, wall_off: 40 degC, warm_up: 20 min, cool_down: 40 " \
  "min, "                                                                                                          \
  "vibration: 2 m/s2, frequency: 50 Hz}"
#define MOUNT "fleet.sensors.mount={to_wall: 5 K/W}"
#define LINE                                                                                                           \
  "place.line={current_by_hour: [9 A, 9 A, 9 A, 9 A, 9 A, 9 A, 15 A, 25 A, 30 A, 35 A, 40 A, 40 A, 40 A, 40 A, 40 A, " \
  "40 A, 50 A, 50 A, 50 A, 40 A, 30 A, 20 A, 20 A, 10 A]}"
#define TRACED "place.line={trace: amps.csv, column: a_a}"
#define COIL "fleet.sensors.harvesters.induction={kind: induction, model: line-coil}"
#define SHAKER "fleet.sensors.harvesters.vibration={kind: vibration, model: vibration-50hz}"
#define SHAKEN                                                                                                    \
  "fleet.sensors.harvesters.vibration={kind: vibration, model: vibration-50hz, acceleration: 1 m/s2, frequency: " \
  "49.5 Hz, daily: {from: 2 h, to: 8 h}}"
#define TEG "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: host, to: case}"
#define RADIATED "fleet.sensors.harvesters.rf={kind: rf, model: rf-915mhz, distance: 2 m, daily: {from: 2 h, to: 8 h}}"
#define IN_A_FIELD \
  "fleet.sensors.harvesters.rf={kind: rf, model: {model: rf-915mhz, aperture: 80 cm2}, power_density: 0.2 W/m2}"
#define WIND "fleet.sensors.harvesters.wind={kind: wind, model: wind-2cm}"
#define FUEL "fleet.sensors.harvesters.biofuel={kind: biofuel, model: glucose-enzymatic, area: 8 cm2}"
#define CONSTANT "fleet.sensors.harvesters={constant: {kind: constant, power: 2 mW, daily: {from: 2 h, to: 8 h}}}"
#define TRACE "fleet.sensors.harvesters.trace={kind: trace, file: watts.csv, column: a_mw}"
#define LEAKY                                                                                                \
  "fleet.sensors.device={model: stm32u575, leakage_power: 0.1 mW, leakage_at: 40 degC, leakage_per_kelvin: " \
  "0.036 1/K, leakage_asleep: 2 %}"
#define COLD                                                                                                       \
  "fleet.sensors.converter={model: bq25570, cold_start_voltage: 1.8 V, cold_start_power: 15 uW, cold_efficiency: " \
  "10 %}"
#define SLOW "fleet.sensors.storage={model: supercap-5v, slow_capacitance: 0.05 F, slow_resistance: 2 kOhm}"
#define CELL "fleet.sensors.storage={model: li-ion-18650, capacity: 50 mAh, resistance: 0.3 Ohm, charge_rate: 0.5 1/h}"
#define CYCLED                                                                                               \
  "fleet.sensors.storage={model: li-ion-18650, capacity: 0.5 mAh, resistance: 0.3 Ohm, charge_rate: 5 1/h, " \
  "discharge_rate: 400 1/h, calendar: {a: 0}}"
#define AGED                                                                                                 \
  "fleet.sensors.storage={model: li-ion-18650, capacity: 0.5 mAh, resistance: 0.3 Ohm, charge_rate: 5 1/h, " \
  "discharge_rate: 400 1/h, calendar: {q0: 1, a: 0.01}}"
#define PILE \
  "fleet.sensors.storage={model: er10450, resistance: 1 Ohm, current_max: 1 A}", "fleet.sensors.harvesters={}"
#define FILM                                                                                                         \
  "fleet.sensors.storage.film={after_hour: 20 mV, max: 30 mV, reference_current: 1 mA, activation: 4000 K, charge: " \
  "1 C}"
#define BACKUP                                                                                              \
  "fleet.sensors.backup={model: {model: er10450, resistance: 1 Ohm, current_max: 1 A}, switch_below: 3 V, " \
  "switch_above: "                                                                                          \
  "3.4 V, switch_loss: 2 %}"
#define BACKUP_FILM                                                                                               \
  "fleet.sensors.backup.model.film={after_hour: 20 mV, max: 30 mV, reference_current: 1 mA, activation: 4000 K, " \
  "charge: 1 C}"
#define SURFACE "fleet.sensors.enclosure.surface={area: 400 cm2, height: 10 cm, emissivity: 0.9}"
#define TISSUE "fleet.sensors.tissue={model: fat, radius: 20 mm}"
#define NET "fleet.sensors.thermal={network: net.csv, die: 0, case: 2}"

#define LUMPED                                                                                                     \
  "die_to_case:\n"                                                                                                 \
  "  value: 40 K/W\n"                                                                                              \
  "  low: 10 K/W\n"                                                                                                \
  "  high: 60 K/W\n"                                                                                               \
  "  status: A\n"                                                                                                  \
  "  source: sizing\n"                                                                                             \
  "  note: \"from the die to the wall of a small unventilated box, hence near the junction-to-ambient figures of " \
  "such packages, some tens of K/W\"\n"                                                                            \
  "die_heat_capacity:\n"                                                                                           \
  "  value: 1 J/K\n"                                                                                               \
  "  low: 0.3 J/K\n"                                                                                               \
  "  high: 3 J/K\n"                                                                                                \
  "  status: A\n"                                                                                                  \
  "  source: sizing\n"                                                                                             \
  "  note: \"144-pin flat pack of about 1.3 g at 0.8 J/gK; the board beneath it can treble this\"\n"
#define LADDER "thermal_ladder: {value: [[20 K/W, 0.4 J/K], [20 K/W, 0.6 J/K]], status: A, note: made up}\nladder: "

#define PLACE "scenarios/agriculture.yaml"
#define U575 "models/devices/stm32u575.yaml"
#define ORIN "models/devices/jetson-orin-nano.yaml"
#define STRESS "models/worlds/crop-stress.yaml"
#define TOWN "models/climates/greensboro.yaml"

static const change changes[] = {
    /* the scenario */
    {"include", &think, .file = PLACE, .find = "name: agriculture", .put = "include: part.yaml\nname: agriculture"},
    {"name", &think, .value = "other"},
    {"scarce", &think, .value = "patience"},
    {"seed", &think, .value = "2"},
    {"start", &think, .value = "2026-03-02T00:00:00Z"},
    {"duration", &think, .value = "23 h"},
    {"place.climate", &think, .value = "miami"},
    {"place.climate.latitude", &think, .value = "37 deg"},
    {"place.climate.longitude", &think, .value = "-78 deg"},
    {"place.climate.altitude", &think, .value = "800 m"},
    {"place.climate.linke_turbidity", &think, .value = "4"},
    {"place.climate.albedo", &think, .value = "0.3"},
#define MARCH(path, text, other)                                                                       \
  {                                                                                                    \
    "place.climate.months.<month>." path, &think, .file = TOWN, .find = text, .put = other, .given = { \
      "duration=96 h"                                                                                  \
    }                                                                                                  \
  }
    MARCH("clear_sky_index[0]", "[0.3392, 0.5141", "[0.3, 0.5141"),
    MARCH("clear_sky_index[1]", "[0.3392, 0.5141", "[0.3392, 0.51"),
    MARCH("clear_sky_index[2]", "0.7834, 0.9192", "0.78, 0.9192"),
    MARCH("clear_sky_index[3]", "0.7834, 0.9192", "0.7834, 0.91"),
    MARCH("clear_sky_index[4]", "0.9192, 1.025]", "0.9192, 1.02]"),
    MARCH("clear_sky_index_lag1_hour", "0.866\n", "0.8\n"),
    MARCH("air_mean", "11.414 degC", "11 degC"),
    MARCH("air_daily_min", "5.7871 degC", "5 degC"),
    MARCH("air_daily_max", "16.9645 degC", "17.5 degC"),
    MARCH("wind_mean", "3.8001 m/s", "5 m/s"),
    {"place.horizon", &think, .value = "20 deg"},
    {"place.site.nodes_each", &think, .value = "3"},
    {"world.process", &think, .value = "other", .file = STRESS, .find = "value: 20 %", .put = "value: 30 %",
     .as = "models/worlds/other.yaml"},
    {"world.process.state_names", &think, .file = STRESS, .find = "[ok, stressed]", .put = "[well, ill]"},
    {"world.process.onset[low]", &think, .file = STRESS, .find = "[2.4 1/year,", .put = "[3 1/year,"},
    {"world.process.onset[high]", &think, .file = STRESS, .find = "24 1/year]", .put = "40 1/year]"},
    {"world.process.recovery", &think, .value = "0.2 1/d"},
    {"world.process.pressure_on", &think, .value = "0.07 1/d"},
    {"world.process.pressure_off", &think, .value = "0.3 1/d"},
    {"world.process.nuisance_on", &think, .value = "0.07 1/h"},
    {"world.process.nuisance_off", &think, .value = "0.2 1/h"},
    {"world.process.hard_share", &think, .value = "30 %"},
    {"world.deadline", &small, .value = "5 min", .given = {"fleet.sensors.count=40"}},
    {"world.loss.miss", &think, .value = "500"},
    {"world.loss.false_alarm", &think, .value = "0.01"},
    {"fleet", &think, .set = {GROUP("power: mains")}},
    {.path = "escalate.send=features", .base = &ask},
    {"escalate.size", &ask, .value = "30 B"},
    {"escalate.answer", &ask, .value = "16 B"},
    {"escalate.give_up_after", &ask, .value = "20 s"},
    {"policies", &mine, .set = {"policies.mine={kind: always-escalate}"},
     .given = {"policies.mine={kind: always-local}"}},
#define KIND(one, other)                                                          \
  {                                                                               \
    "policies.<" one ">.kind", &mine, .set = {"policies.mine=" other}, .given = { \
      "policies.mine={kind: random, ask: 50 %}"                                   \
    }                                                                             \
  }
    KIND("always-local", "{kind: always-local}"),
    KIND("always-escalate", "{kind: always-escalate}"),
    KIND("confidence-threshold", "{kind: confidence-threshold}"),
    {"policies.<random>.kind", &mine, .set = {"policies.mine={kind: random, ask: 50 %}"},
     .given = {"policies.mine={kind: always-local}"}},
    {"policies.<random>.ask", &toss, .value = "60 %"},
    {"policies.<confidence-threshold>.look_again_below", &think, .value = "50 %"},
    {"policies.<confidence-threshold>.ask_below", &think, .value = "50 %"},
    {"record.fleet_every", &think, .value = "10 min"},
    {"record.nodes", &think, .value = "false"},
    {"record.power_events", &small, .value = "false"},
    {"record.decisions=none", &think, .given = {"record.decisions=all"}},
    {.path = "record.decisions=all", .base = &think},
    {"tolerance.power", &think, .value = "5 %"},
    {"assert", &think, .set = {"assert.accuracy={min: 99 %}"}},
    {"assert.<column>.policy", &think, .value = "random"},
    {"assert.<column>.min", &think, .value = "0.1 %"},
    {"assert.<column>.max", &think, .value = "0.2 %"},

    /* groups of nodes */
    {"fleet.<nodes>.tier=node", &think, .set = {GROUP("power: mains")}},
    {"fleet.<nodes>.tier=hub", &think, .set = {"fleet.more.tier=hub"}, .refused = "more than 1 group of hubs",
     .given = {GROUP("power: mains")}},
    {"fleet.<nodes>.count", &think, .value = "13"},
    {"fleet.<nodes>.power=mains", &think, .set = {GROUP("power: mains")}, .given = {GROUP(HARVEST)}},
    {"fleet.<nodes>.power=harvest", &think, .set = {GROUP(HARVEST)}, .given = {GROUP("power: mains")}},
    {"fleet.<nodes>.sample_every", &think, .value = "7 min"},
    {"fleet.<nodes>.sample_jitter", &think, .value = "1 s"},
    {"fleet.<nodes>.sense.energy", &think, .value = "13 mJ"},
    {"fleet.<nodes>.sense.time", &think, .value = "170 ms"},
    {"fleet.<nodes>.sleep.retain", &think, .value = "false"},
    {"fleet.<nodes>.device", &think, .value = "stm32l4r5"},
    {"fleet.<nodes>.device.sleep_power", &think, .value = "50 uW"},
    {"fleet.<nodes>.device.sleep_discard_power", &think, .value = "2 uW",
     .given = {"fleet.sensors.sleep.retain=false"}},
    {"fleet.<nodes>.device.active_power", &think, .value = "25 mW"},
    {"fleet.<nodes>.device.clock", &think, .value = "100 MHz"},
    {"fleet.<nodes>.device.cycles_per_operation", &think, .value = "20"},
    {"fleet.<nodes>.device.die_to_case", &think, .value = "30 K/W"},
    {"fleet.<nodes>.device.die_heat_capacity", &think, .value = "2 J/K"},
    {"fleet.<nodes>.device.junction_max", &think, .value = "130 degC"},
    {"fleet.<nodes>.device.junction_max", &think, .value = "100 degC", .refused = "above the junction_max"},
    {"fleet.<nodes>.device.inference.<ai model>.energy", &think, .file = U575, .find = "81.875 uJ", .put = "100 uJ"},
    {"fleet.<nodes>.device.inference.<ai model>.time", &think, .file = U575, .find = "3.409 ms", .put = "4 ms"},
#define POINT(path, text, other) \
  { "fleet.<nodes>.device.operating_points" path, &hot, .file = ORIN, .find = text, .put = other }
    POINT("", "  - name: 15W",
          "  - name: 20W\n    power: {value: 20 W, status: A, note: x}\n    speed: {value: 0.8, status: A, note: x}\n  "
          "- name: 15W"),
    POINT(".<point>.name", "- name: 15W", "- name: middle"),
    POINT(".<point>.power", "{value: 15 W", "{value: 14 W"),
    POINT(".<point>.speed", "value: 0.643", "value: 0.7"),
    {"fleet.<nodes>.models", &think, .value = "{small: kws-dscnn-int8, large: vww-mobilenet-int8}"},
    {"fleet.<nodes>.models.<role>.accuracy_in_domain", &think, .value = "85 %"},
    {"fleet.<nodes>.models.<role>.accuracy_shifted", &think, .value = "70 %"},
    {"fleet.<nodes>.models.<role>.hard_error_share", &think, .value = "0.3"},
    {"fleet.<nodes>.models.<role>.sure_if_right", &think, .value = "0.9"},
    {"fleet.<nodes>.models.<role>.sure_if_wrong", &think, .value = "0.2"},
    {"fleet.<nodes>.models.<role>.tokens", &think, .value = "7"},
    {"fleet.<nodes>.harvesters", &think, .value = "{other: {model: mono-si, area: 8 cm2}}"},
    {"fleet.<nodes>.harvesters.<pv>.kind", &think,
     .set = {"fleet.sensors.harvesters.panel={kind: constant, power: 1 mW}"}},
    {"fleet.<nodes>.harvesters.<pv>.model", &think, .value = "other", .file = "models/harvesters/mono-si.yaml",
     .find = "value: 18 %", .put = "value: 20 %", .as = "models/harvesters/other.yaml"},
    {"fleet.<nodes>.harvesters.<pv>.model.efficiency_stc", &think, .value = "20 %"},
    {"fleet.<nodes>.harvesters.<pv>.model.power_coefficient", &think, .value = "-0.3 %/K"},
    {"fleet.<nodes>.harvesters.<pv>.model.faiman_u0", &think, .value = "20 W/m2K"},
    {"fleet.<nodes>.harvesters.<pv>.model.faiman_u1", &think, .value = "5 W s/m3K"},
    {"fleet.<nodes>.harvesters.<pv>.area", &think, .value = "5 cm2"},
    {"fleet.<nodes>.harvesters.<pv>.tilt", &think, .value = "20 deg"},
    {"fleet.<nodes>.harvesters.<pv>.azimuth", &think, .value = "200 deg"},
    {"fleet.<nodes>.harvesters.<pv>.soiling", &think, .value = "10 %"},
    {"fleet.<nodes>.converter", &think, .value = "other", .file = "models/converters/bq25570.yaml",
     .find = "value: 90 %", .put = "value: 85 %", .as = "models/converters/other.yaml"},
    {"fleet.<nodes>.converter.mppt_fraction", &think, .value = "90 %"},
    {"fleet.<nodes>.converter.output", &think, .file = "models/converters/bq25570.yaml", .find = "8.8 mW",
     .put = "8 mW"},
    {"fleet.<nodes>.converter.quiescent", &think, .value = "600 nA"},
    {"fleet.<nodes>.converter.output_efficiency", &think, .value = "85 %"},
    {"fleet.<nodes>.storage", &think, .value = "other", .file = "models/storage/supercap-5v.yaml",
     .find = "value: 90 %", .put = "value: 80 %", .as = "models/storage/other.yaml"},
    {"fleet.<nodes>.storage(capacitor).capacitance", &think, .value = "0.5 F"},
    {"fleet.<nodes>.storage(capacitor).esr", &think, .value = "0.5 Ohm"},
    {"fleet.<nodes>.storage(capacitor).leakage", &think, .value = "7 uA"},
    {"fleet.<nodes>.storage(capacitor).voltage_max", &think, .value = "4.8 V"},
    {"fleet.<nodes>.storage(capacitor).initial_share", &think, .value = "70 %"},
    {"fleet.<nodes>.supply.turn_on", &small, .value = "3.4 V"},
    {"fleet.<nodes>.supply.turn_off", &small, .value = "2.5 V"},
    {"fleet.<nodes>.supply.boot_energy", &small, .value = "30 mJ"},
    {"fleet.<nodes>.supply.boot_time", &small, .value = "90 ms"},
    {"fleet.<nodes>.enclosure", &think, .value = "painted-steel-200x200x120mm"},
    {"fleet.<nodes>.enclosure.to_air", &think, .value = "8 K/W"},
    {"fleet.<nodes>.enclosure.heat_capacity", &think, .value = "300 J/K"},
    {"fleet.<nodes>.enclosure.projected_area", &think, .value = "0.02 m2"},
    {"fleet.<nodes>.enclosure.sun_absorptance", &think, .value = "0.5"},
    {"fleet.<nodes>.limits.throttle_above", &hot, .value = "61 degC"},
    {"fleet.<nodes>.limits.throttle_below", &hot, .value = "56 degC"},
    {"fleet.<nodes>.limits.shut_down_above", &hot, .value = "65 degC"},
    {"fleet.<nodes>.radio", &ask, .value = "sx1301-eu868"},
    {"fleet.<nodes>.radio.tx_power", &ask, .value = "150 mW"},
    {"fleet.<nodes>.radio.rx_power", &ask, .value = "40 mW"},
    {"fleet.<nodes>.radio.radiated_power", &ask, .value = "20 mW"},
    {"fleet.<nodes>.radio.spreading_factor", &ask, .value = "9"},
    {"fleet.<nodes>.radio.bandwidth", &ask, .value = "250 kHz"},
    {"fleet.<nodes>.radio.coding_rate", &ask, .value = "2"},
    {"fleet.<nodes>.radio.preamble_symbols", &ask, .value = "10"},
    {"fleet.<nodes>.radio.channels", &ask, .value = "2"},
    {"fleet.<nodes>.radio.header", &ask, .value = "20 B"},
    {"fleet.<nodes>.radio.payload_max", &ask, .value = "10 B"},
    {"fleet.<nodes>.radio.duty_cycle", &ask, .value = "0.5 %"},
    {"fleet.<nodes>.radio.receive_delay", &ask, .value = "1.5 s"},
    {"fleet.<nodes>.radio.margin", &ask, .value = "8 dB"},
    {"fleet.<nodes>.radio.fading", &ask, .value = "6 dB"},
    {"fleet.<nodes>.radio.retries", &ask, .value = "0"},
    {"fleet.<nodes>.radio.back_off", &ask, .value = "4 s", .given = {"fleet.sensors.radio.duty_cycle=100 %"}},
    {"fleet.<nodes>.varies.harvest{lognormal}", &think, .value = "{lognormal: 10 %}"},
    {"fleet.<nodes>.varies.harvest{uniform}", &think, .value = "{uniform: [-10 %, 10 %]}"},
    {"fleet.<nodes>.varies.capacitance{lognormal}", &think, .value = "{lognormal: 10 %}"},
    {"fleet.<nodes>.varies.capacitance{uniform}", &think, .value = "{uniform: [-5 %, 5 %]}"},
    {"fleet.<nodes>.varies.leakage{lognormal}", &think, .value = "{lognormal: 10 %}"},
    {"fleet.<nodes>.varies.leakage{uniform}", &think, .value = "{uniform: [-10 %, 10 %]}"},
    {"fleet.<nodes>.varies.margin{normal}", &ask, .value = "{normal: 3 dB}"},
    {"fleet.<nodes>.varies.margin{uniform}", &ask, .value = "{uniform: [-3 dB, 3 dB]}"},

    /* the place */
    {"place.weather.file", &think, .value = "hot.csv", .given = {WEATHER}},
    {"place.weather.linke_turbidity", &think, .value = "5", .given = {WEATHER}},
    {"place.weather.albedo", &think, .value = "0.6", .given = {WEATHER}},
    {"place.indoors.air", &think, .value = "25 degC", .given = {INDOORS, CONSTANT}},
    {"place.machine.on_for", &think, .value = "5 h", .given = {MACHINE, MOUNT}},
    {"place.machine.off_for", &think, .value = "3 h", .given = {MACHINE, MOUNT}},
    {"place.machine.starts_after", &think, .value = "1 h", .given = {MACHINE, MOUNT}},
    {"place.machine.wall_on", &think, .value = "65 degC", .given = {MACHINE, MOUNT}},
    {"place.machine.wall_off", &think, .value = "35 degC", .given = {MACHINE, MOUNT}},
    {"place.machine.warm_up", &think, .value = "30 min", .given = {MACHINE, MOUNT}},
    {"place.machine.cool_down", &think, .value = "50 min", .given = {MACHINE, MOUNT}},
    {"place.machine.vibration", &think, .value = "1 m/s2", .given = {MACHINE, SHAKER}},
    {"place.machine.frequency", &think, .value = "45 Hz", .given = {MACHINE, SHAKER}},
    {"place.line.current_by_hour", &think,
     .value = "[30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 30 A, 20 A, 20 A, 20 A, 20 A, 20 A, "
              "20 A, 20 A, 20 A, 20 A, 20 A, 20 A, 20 A]",
     .given = {LINE, COIL}},
    {"place.line.trace", &think, .value = "more.csv", .given = {TRACED, COIL}},
    {"place.line.column", &think, .value = "b_a", .given = {TRACED, COIL}},
    {"place.line.repeat", &think, .value = "true", .given = {TRACED, COIL}},
    {"tolerance.temperature", &think, .value = "1 K", .given = {MACHINE, MOUNT}},
    {"tolerance.sun", &think, .value = "20 W/m2"},
    {"tolerance.refresh", &think, .value = "30 min"},

    /* the device */
    {"fleet.<nodes>.device.thermal_ladder", &think, .file = U575, .find = "[20 K/W, 0.4 J/K]",
     .put = "[25 K/W, 0.4 J/K]", .first = {LUMPED, LADDER "cauer\n"}},
    {"fleet.<nodes>.device.ladder=foster", &think, .file = U575, .find = "ladder: cauer", .put = "ladder: foster",
     .first = {LUMPED, LADDER "cauer\n"}},
    {"fleet.<nodes>.device.ladder=cauer", &think, .file = U575, .find = "ladder: foster", .put = "ladder: cauer",
     .first = {LUMPED, LADDER "foster\n"}},
    {"fleet.<nodes>.device.leakage_power", &think, .value = "0.2 mW", .given = {LEAKY}},
    {"fleet.<nodes>.device.leakage_at", &think, .value = "50 degC", .given = {LEAKY}},
    {"fleet.<nodes>.device.leakage_per_kelvin", &think, .value = "0.05 1/K", .given = {LEAKY}},
    {"fleet.<nodes>.device.leakage_asleep", &think, .value = "4 %", .given = {LEAKY}},

    /* harvesters */
    {"fleet.<nodes>.harvesters.<pv>.model.kind", &think, .value = "wind", .refused = "cannot be overridden"},
    {.path = "fleet.<nodes>.harvesters.<pv>.transposition=isotropic", .base = &think},
    {.path = "fleet.<nodes>.harvesters.<pv>.transposition=hay-davies", .base = &think},
    {"fleet.<nodes>.harvesters.<pv>.transposition=perez", &think,
     .given = {"fleet.sensors.harvesters.panel.transposition=isotropic"}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.kind", &think,
     .set = {"fleet.sensors.harvesters.thermoelectric={kind: constant, power: 1 mW}"}, .given = {MACHINE, TEG}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.model", &think, .value = "other",
     .file = "models/harvesters/teg-40mm.yaml", .find = "seebeck: {value: 52.7 mV/K", .put = "seebeck: {value: 50 mV/K",
     .as = "models/harvesters/other.yaml", .given = {MACHINE, TEG}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.model.kind", &think, .value = "wind", .refused = "cannot be overridden",
     .given = {MACHINE, TEG}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.model.seebeck", &think, .value = "60 mV/K", .given = {MACHINE, TEG}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.model.resistance", &think, .value = "9 Ohm", .given = {MACHINE, TEG}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.model.conductance", &think, .value = "0.8 W/K",
     .given = {MACHINE, TEG}},
    {"fleet.<nodes>.harvesters.<thermoelectric>.model.bipolar", &think, .file = "models/harvesters/teg-40mm.yaml",
     .find = "kind: thermoelectric\n", .put = "kind: thermoelectric\nbipolar: true\n",
     .given =
         {MACHINE,
          "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: case, to: host}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.from=die",
     .base = &think,
     .given =
         {MACHINE, MOUNT,
          "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: case, to: host}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.from=case",
     .base = &think,
     .given = {MACHINE, MOUNT,
               "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: die, to: host}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.from=host",
     .base = &think,
     .given = {MACHINE, MOUNT,
               "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: die, to: case}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.from=air",
     .base = &think,
     .given =
         {MACHINE, MOUNT,
          "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: host, to: case}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.to=die",
     .base = &think,
     .given =
         {MACHINE, MOUNT,
          "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: host, to: case}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.to=case",
     .base = &think,
     .given = {MACHINE, MOUNT,
               "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: host, to: die}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.to=host",
     .base = &think,
     .given = {MACHINE, MOUNT,
               "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: case, to: air}"}},
    {.path = "fleet.<nodes>.harvesters.<thermoelectric>.to=air",
     .base = &think,
     .given =
         {MACHINE, MOUNT,
          "fleet.sensors.harvesters.thermoelectric={kind: thermoelectric, model: teg-40mm, from: case, to: host}"}},
    {"fleet.<nodes>.harvesters.<vibration>.kind", &think,
     .set = {"fleet.sensors.harvesters.vibration={kind: constant, power: 1 mW}"}, .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model", &think, .value = "other",
     .file = "models/harvesters/vibration-50hz.yaml", .find = "mass:\n  value: 50 g", .put = "mass:\n  value: 60 g",
     .as = "models/harvesters/other.yaml", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model.kind", &think, .value = "wind", .refused = "cannot be overridden",
     .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model.mass", &think, .value = "9 g", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model.resonance", &think, .value = "52 Hz", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model.electrical_damping", &think, .value = "2.5 %", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model.mechanical_damping", &think, .value = "2.5 %", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.model.stroke", &think, .value = "10 um", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.acceleration", &think, .value = "0.5 m/s2", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.frequency", &think, .value = "49 Hz", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.daily.from", &think, .value = "3 h", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<vibration>.daily.to", &think, .value = "7 h", .given = {SHAKEN}},
    {"fleet.<nodes>.harvesters.<rf>.kind", &think, .set = {"fleet.sensors.harvesters.rf={kind: constant, power: 1 mW}"},
     .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model", &think, .value = "other", .file = "models/harvesters/rf-915mhz.yaml",
     .find = "frequency: {value: 915 MHz", .put = "frequency: {value: 900 MHz", .as = "models/harvesters/other.yaml",
     .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model.kind", &think, .value = "wind", .refused = "cannot be overridden",
     .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model.transmit_power", &think, .value = "5 W", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model.transmit_gain", &think, .value = "2", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model.receive_gain", &think, .value = "1.1", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model.frequency", &think, .value = "868 MHz", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.model.aperture", &think, .value = "90 cm2", .given = {IN_A_FIELD}},
    {"fleet.<nodes>.harvesters.<rf>.model.efficiency", &think, .file = "models/harvesters/rf-915mhz.yaml",
     .find = "62.7 %", .put = "60 %", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.distance", &think, .value = "3 m", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.power_density", &think, .value = "0.3 W/m2", .given = {IN_A_FIELD}},
    {"fleet.<nodes>.harvesters.<rf>.daily.from", &think, .value = "3 h", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<rf>.daily.to", &think, .value = "7 h", .given = {RADIATED}},
    {"fleet.<nodes>.harvesters.<wind>.kind", &think,
     .set = {"fleet.sensors.harvesters.wind={kind: constant, power: 1 mW}"}, .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model", &think, .value = "other", .file = "models/harvesters/wind-2cm.yaml",
     .find = "cut_in: {value: 3 m/s", .put = "cut_in: {value: 1 m/s", .as = "models/harvesters/other.yaml",
     .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.kind", &think, .value = "pv", .refused = "cannot be overridden",
     .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.area", &think, .value = "4 cm2", .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.power_coefficient", &think, .value = "5 %", .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.air_density", &think, .value = "1.1 kg/m3", .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.cut_in", &think, .value = "1 m/s", .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.rated", &think, .value = "6 m/s", .given = {WIND}},
    {"fleet.<nodes>.harvesters.<wind>.model.cut_out", &think, .value = "9 m/s", .given = {WIND}},
    {"fleet.<nodes>.harvesters.<induction>.kind", &think,
     .set = {"fleet.sensors.harvesters.induction={kind: constant, power: 1 mW}"}, .given = {LINE, COIL}},
    {"fleet.<nodes>.harvesters.<induction>.model", &think, .value = "other", .file = "models/harvesters/line-coil.yaml",
     .find = "start:\n  value: 10 A", .put = "start:\n  value: 5 A", .as = "models/harvesters/other.yaml",
     .given = {LINE, COIL}},
    {"fleet.<nodes>.harvesters.<induction>.model.kind", &think, .value = "wind", .refused = "cannot be overridden",
     .given = {LINE, COIL}},
    {"fleet.<nodes>.harvesters.<induction>.model.power_per_current", &think, .value = "10 uW/A2",
     .given = {LINE, COIL}},
    {"fleet.<nodes>.harvesters.<induction>.model.saturation", &think, .value = "20 mW", .given = {LINE, COIL}},
    {"fleet.<nodes>.harvesters.<induction>.model.start", &think, .value = "5 A", .given = {LINE, COIL}},
    {"fleet.<nodes>.harvesters.<biofuel>.kind", &think,
     .set = {"fleet.sensors.harvesters.biofuel={kind: constant, power: 1 mW}"}, .given = {FUEL}},
    {"fleet.<nodes>.harvesters.<biofuel>.model", &think, .value = "other",
     .file = "models/harvesters/glucose-enzymatic.yaml", .find = "power_density: {value: 193.5 uW/cm2",
     .put = "power_density: {value: 60 uW/cm2", .as = "models/harvesters/other.yaml", .given = {FUEL}},
    {"fleet.<nodes>.harvesters.<biofuel>.model.kind", &think, .value = "wind", .refused = "cannot be overridden",
     .given = {FUEL}},
    {"fleet.<nodes>.harvesters.<biofuel>.model.power_density", &think, .value = "1 uW/cm2", .given = {FUEL}},
    {"fleet.<nodes>.harvesters.<biofuel>.model.decay", &think, .value = "2 d", .given = {FUEL}},
    {"fleet.<nodes>.harvesters.<biofuel>.area", &think, .value = "9 cm2", .given = {FUEL}},
    {"fleet.<nodes>.harvesters.<constant>.kind", &think,
     .set = {"fleet.sensors.harvesters.constant={kind: wind, model: wind-2cm}"}, .given = {CONSTANT}},
    {"fleet.<nodes>.harvesters.<constant>.power", &think, .value = "2.5 mW", .given = {CONSTANT}},
    {"fleet.<nodes>.harvesters.<constant>.daily.from", &think, .value = "3 h", .given = {CONSTANT}},
    {"fleet.<nodes>.harvesters.<constant>.daily.to", &think, .value = "7 h", .given = {CONSTANT}},
    {"fleet.<nodes>.harvesters.<trace>.kind", &think,
     .set = {"fleet.sensors.harvesters.trace={kind: constant, power: 1 mW}"}, .given = {TRACE}},
    {"fleet.<nodes>.harvesters.<trace>.file", &think, .value = "others.csv", .given = {TRACE}},
    {"fleet.<nodes>.harvesters.<trace>.column", &think, .value = "b_mw", .given = {TRACE}},
    {"fleet.<nodes>.harvesters.<trace>.repeat", &think, .value = "true", .given = {TRACE}},

    /* stores and supply */
    {"fleet.<nodes>.converter.cold_start_voltage", &think, .value = "2.2 V",
     .given = {"fleet.sensors.storage.initial_share=0 %", COLD}},
    {"fleet.<nodes>.converter.cold_start_power", &think, .value = "1 mW",
     .given = {"fleet.sensors.storage.initial_share=0 %", COLD}},
    {"fleet.<nodes>.converter.cold_efficiency", &think, .value = "20 %",
     .given = {"fleet.sensors.storage.initial_share=0 %", COLD}},
    {"fleet.<nodes>.storage(capacitor).kind", &think, .value = "battery", .refused = "cannot be overridden"},
    {"fleet.<nodes>.storage(capacitor).leakage_resistance", &think, .value = "200 kOhm"},
    {"fleet.<nodes>.storage(capacitor).slow_capacitance", &think, .value = "0.1 F", .given = {SLOW}},
    {"fleet.<nodes>.storage(capacitor).slow_resistance", &think, .value = "5 kOhm", .given = {SLOW}},
    {"fleet.<nodes>.storage(battery).kind", &think, .value = "primary", .refused = "cannot be overridden",
     .given = {CELL}},
    {"fleet.<nodes>.storage(battery).capacity", &think, .value = "60 mAh", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).resistance", &think, .value = "0.5 Ohm", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).resistance_activation", &think, .value = "4000 K", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).reference", &think, .value = "30 degC", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).self_discharge", &think, .value = "20 %/month", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).self_discharge_activation", &think, .value = "3000 K", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).coulomb_efficiency", &think, .value = "90 %", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).charge_rate", &think, .value = "0.02 1/h", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).charge_from", &think, .value = "20 degC", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).charge_to", &think, .value = "5 degC",
     .given = {CELL, "fleet.sensors.storage.charge_from=-40 degC"}},
    {"fleet.<nodes>.storage(battery).discharge_from", &think, .value = "20 degC", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).discharge_to", &think, .value = "5 degC",
     .given = {CELL, "fleet.sensors.storage.discharge_from=-40 degC"}},
    {"fleet.<nodes>.storage(battery).initial_share", &think, .value = "70 %", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).discharge_rate", &think, .value = "0.001 1/h", .refused = "which may give",
     .given = {CELL}},
    {"fleet.<nodes>.storage(battery).open_voltage", &think, .file = "models/storage/li-ion-18650.yaml",
     .find = "3.7017 V", .put = "3.75 V", .given = {CELL}},
    {"fleet.<nodes>.storage(battery).calendar.q0", &think, .value = "1.01", .given = {AGED}},
    {"fleet.<nodes>.storage(battery).calendar.a", &think, .value = "0.02", .given = {AGED}},
    {"fleet.<nodes>.storage(battery).calendar.b", &think, .value = "-7000 K", .given = {AGED}},
    {"fleet.<nodes>.storage(battery).calendar.c", &think, .value = "800 K", .given = {AGED}},
    {"fleet.<nodes>.storage(battery).cycle_life", &think, .file = "models/storage/li-ion-18650.yaml",
     .find = "[20 %, 5000]", .put = "[20 %, 2000]", .given = {"duration=72 h", CYCLED}},
    {"fleet.<nodes>.storage(battery).end_of_life", &think, .value = "70 %", .given = {"duration=72 h", CYCLED}},
    {"fleet.<nodes>.storage(primary).kind", &think, .value = "battery", .refused = "cannot be overridden",
     .given = {PILE}},
    {"fleet.<nodes>.storage(primary).open_voltage", &think, .value = "3.6 V", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).resistance", &think, .value = "2 Ohm", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).reference", &think, .value = "30 degC", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).self_discharge", &think, .value = "2 %/year", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).self_discharge_activation", &think, .value = "3000 K", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).initial_share", &think, .value = "80 %", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).cut_off", &think, .value = "2.5 V",
     .refused = "must not be below the store's cut_off", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).current_max", &think, .value = "10 mA", .refused = "which may give",
     .given = {PILE}},
    {"fleet.<nodes>.storage(primary).capacity_by_current", &think, .file = "models/storage/er10450.yaml",
     .find = "[[0.5 mA, 0.8 Ah]]", .put = "[[0.5 mA, 0.7 Ah]]", .given = {PILE}},
    {"fleet.<nodes>.storage(primary).film.after_hour", &think, .value = "15 mV", .given = {PILE, FILM}},
    {"fleet.<nodes>.storage(primary).film.max", &think, .value = "18 mV", .given = {PILE, FILM}},
    {"fleet.<nodes>.storage(primary).film.reference_current", &think, .value = "0.9 mA", .given = {PILE, FILM}},
    {"fleet.<nodes>.storage(primary).film.activation", &think, .value = "8000 K", .given = {PILE, FILM}},
    {"fleet.<nodes>.storage(primary).film.charge", &think, .value = "50 mC", .given = {PILE, FILM}},
    {"fleet.<nodes>.backup.model", &small, .value = "{model: other, resistance: 1 Ohm, current_max: 1 A}",
     .file = "models/storage/er10450.yaml", .find = "[[0.5 mA, 0.8 Ah]]", .put = "[[0.5 mA, 0.7 Ah]]",
     .as = "models/storage/other.yaml", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.kind", &small, .value = "battery", .refused = "cannot be overridden",
     .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.open_voltage", &small, .value = "3.6 V", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.resistance", &small, .value = "2 Ohm", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.reference", &small, .value = "30 degC", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.self_discharge", &small, .value = "2 %/year", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.self_discharge_activation", &small, .value = "3000 K", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.initial_share", &small, .value = "80 %", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.cut_off", &small, .value = "2.5 V",
     .refused = "must not be below the backup's cut_off", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.current_max", &small, .value = "10 mA", .refused = "which may give",
     .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.capacity_by_current", &small, .file = "models/storage/er10450.yaml",
     .find = "[[0.5 mA, 0.8 Ah]]", .put = "[[0.5 mA, 0.7 Ah]]", .given = {BACKUP}},
    {"fleet.<nodes>.backup.model.film.after_hour", &small, .value = "15 mV", .given = {BACKUP, BACKUP_FILM}},
    {"fleet.<nodes>.backup.model.film.max", &small, .value = "18 mV", .given = {BACKUP, BACKUP_FILM}},
    {"fleet.<nodes>.backup.model.film.reference_current", &small, .value = "0.9 mA", .given = {BACKUP, BACKUP_FILM}},
    {"fleet.<nodes>.backup.model.film.activation", &small, .value = "8000 K", .given = {BACKUP, BACKUP_FILM}},
    {"fleet.<nodes>.backup.model.film.charge", &small, .value = "50 mC", .given = {BACKUP, BACKUP_FILM}},
    {"fleet.<nodes>.backup.switch_below", &small, .value = "2.9 V", .given = {BACKUP}},
    {"fleet.<nodes>.backup.switch_above", &small, .value = "3.5 V", .given = {BACKUP}},
    {"fleet.<nodes>.backup.switch_loss", &small, .value = "5 %", .given = {BACKUP}},
    {"fleet.<nodes>.supply.checkpoint.at", &small, .value = "2.8 V",
     .given = {"fleet.sensors.supply.checkpoint={at: 2.6 V, energy: 5 mJ, time: 50 ms}"}},
    {"fleet.<nodes>.supply.checkpoint.energy", &small, .value = "9 mJ",
     .given = {"fleet.sensors.supply.checkpoint={at: 2.6 V, energy: 5 mJ, time: 50 ms}"}},
    {"fleet.<nodes>.supply.checkpoint.time", &small, .value = "20 ms",
     .given = {"fleet.sensors.supply.checkpoint={at: 2.6 V, energy: 5 mJ, time: 50 ms}"}},

    /* heat */
    {"fleet.<nodes>.enclosure.surface.area", &think, .value = "600 cm2", .given = {SURFACE}},
    {"fleet.<nodes>.enclosure.surface.height", &think, .value = "20 cm", .given = {SURFACE}},
    {"fleet.<nodes>.enclosure.surface.emissivity", &think, .value = "0.3", .given = {SURFACE}},
    {"fleet.<nodes>.mount.to_wall", &think, .value = "9 K/W", .given = {MACHINE, MOUNT}},
    {"fleet.<nodes>.tissue.model", &think, .value = "muscle", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.conductivity", &think, .value = "0.4 W/m K", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.density", &think, .value = "1000 kg/m3", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.specific_heat", &think, .value = "3000 J/kg K", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.perfusion", &think, .value = "200 mL/min/kg", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.blood_density", &think, .value = "1000 kg/m3", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.blood_specific_heat", &think, .value = "3500 J/kg K", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.model.blood_temperature", &think, .value = "36 degC", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.radius", &think, .value = "15 mm", .given = {TISSUE}},
    {"fleet.<nodes>.tissue.shells", &think, .value = "3", .given = {TISSUE}},
    {"fleet.<nodes>.thermal.network", &think, .value = "web.csv", .given = {NET}},
    {"fleet.<nodes>.thermal.capacity", &think, .value = "heavy.csv",
     .given = {"fleet.sensors.thermal={network: matrix.csv, capacity: light.csv, die: 0, case: 2}"}},
    {"fleet.<nodes>.thermal.die", &think, .value = "1", .given = {NET}},
    {"fleet.<nodes>.thermal.case", &think, .value = "1", .given = {NET}},
    {"fleet.<nodes>.thermal.radio", &ask, .value = "2", .given = {NET}},
    {"fleet.<nodes>.thermal.sensor", &think, .value = "2", .given = {NET}},
    {"fleet.<nodes>.thermal.models", &think, .value = "[1, 2]", .given = {NET}},
    {.path = "fleet.<nodes>.limits.at=case", .base = &hot},
    {"fleet.<nodes>.limits.at=die", &hot, .given = {"fleet.modules.limits.at=case"}},
    {.path = "fleet.<nodes>.limits.at=tissue",
     .base = &hot,
     .given = {"fleet.modules.tissue={model: skin, radius: 20 mm}"}},
    {"fleet.<nodes>.limits.stops_harvest", &think, .value = "true",
     .given = {"fleet.sensors.limits={throttle_above: 12 degC, throttle_below: 10 degC, shut_down_above: 13 degC}"}},

    /* groups of hubs */
    {"fleet.<hubs>.tier=hub", &hot, .set = {"fleet.hub=" HUB, HUB_ALIKE},
     .given = {"fleet.modules.radio=sx1276-eu868"}},
    {"fleet.<hubs>.tier=node", &ask, .refused = "unknown key"},
    {"fleet.<hubs>.count", &small, .value = "2"},
    {"fleet.<hubs>.nodes_each", &ask, .value = "6"},
    {.path = "fleet.<hubs>.power=mains", .base = &ask},
    {"fleet.<hubs>.power=harvest", &ask, .refused = "a hub needs 'power: mains'"},
    {"fleet.<hubs>.device", &ask, .value = "other", .file = ORIN, .find = "idle_power: {value: 2.6 W",
     .put = "idle_power: {value: 3 W", .as = "models/devices/other.yaml"},
    {"fleet.<hubs>.device.idle_power", &ask, .value = "3 W"},
    {"fleet.<hubs>.device.sleep_power", &ask, .value = "1 W", .given = {NIGHT}},
    {"fleet.<hubs>.device.inference.<ai model>.energy", &ask, .file = ORIN,
     .find = "mobilenetv3-features:\n    energy:\n      value: 125 mJ",
     .put = "mobilenetv3-features:\n    energy:\n      value: 200 mJ"},
    {"fleet.<hubs>.device.inference.<ai model>.time", &ask, .file = ORIN, .find = "value: 5 ms", .put = "value: 6 ms"},
    {"fleet.<hubs>.models", &ask, .value = "{hub: vww-mobilenet-int8}"},
    {"fleet.<hubs>.models.hub.accuracy_in_domain", &ask, .value = "95 %"},
    {"fleet.<hubs>.models.hub.accuracy_shifted", &ask, .value = "85 %"},
    {"fleet.<hubs>.models.hub.hard_error_share", &ask, .value = "0.6"},
    {"fleet.<hubs>.models.hub.sure_if_right", &ask, .value = "0.9"},
    {"fleet.<hubs>.models.hub.sure_if_wrong", &ask, .value = "0.2"},
    {"fleet.<hubs>.models.hub.tokens", &ask, .value = "7"},
    {"fleet.<hubs>.radio", &ask, .value = "other", .file = "models/radios/sx1301-eu868.yaml", .find = "value: 600 mW",
     .put = "value: 700 mW", .as = "models/radios/other.yaml"},
    {"fleet.<hubs>.radio.tx_power", &ask, .value = "700 mW"},
    {"fleet.<hubs>.radio.rx_power", &ask, .value = "600 mW"},
    {"fleet.<hubs>.radio.coding_rate", &ask, .value = "2"},
    {"fleet.<hubs>.radio.preamble_symbols", &ask, .value = "12"},
    {"fleet.<hubs>.radio.header", &ask, .value = "20 B"},
    {"fleet.<hubs>.radio.payload_max", &ask, .value = "2 B"},
    {"fleet.<hubs>.radio.duty_cycle", &ask, .value = "0.5 %"},
    {"fleet.<hubs>.radio.second_window_duty_cycle", &ask, .value = "1 %"},
    {"fleet.<hubs>.radio.demodulators", &ask, .value = "1"},
    {.path = "fleet.<hubs>.radio.contention=pure-aloha", .base = &ask},
    {"fleet.<hubs>.sleep_policy=never", &ask, .given = {NIGHT}},
    {.path = "fleet.<hubs>.sleep_policy=between-requests", .base = &ask},
    {.path = "fleet.<hubs>.sleep_policy=night", .base = &ask},
};
enum { CHANGES = sizeof changes / sizeof *changes };

/* ---- running ---- */
static char *replaced(cf_arena *arena, const char *text, unsigned skip, const char *find, const char *put) {
  const char *at = strstr(text, find);
  while (at && skip--) at = strstr(at + 1, find);
  if (!at) return NULL;
  size_t length = strlen(text) - strlen(find) + strlen(put);
  char *out = cf_arena_alloc(arena, length + 1, 1);
  assert_non_null(out);
  snprintf(out, length + 1, "%.*s%s%s", (int)(at - text), text, put, at + strlen(find));
  return out;
}

/* Files that exist nowhere: an included part, weather of a few days, currents, powers, thermal networks. */
static const char *made_file(const char *path, cf_arena *arena) {
  static const char *const files[][2] = {
      {"part.yaml", "fleet: {sensors: {sample_jitter: 1 s}}\n"},
      {"amps.csv", "t_s,a_a,b_a\n0,20,30\n3600,40,10\n18000,15,25\n"},
      {"more.csv", "t_s,a_a,b_a\n0,25,30\n3600,40,10\n18000,15,25\n"},
      {"watts.csv", "t_s,a_mw,b_mw\n0,1,2\n3600,3,1\n18000,0.5,1.5\n"},
      {"others.csv", "t_s,a_mw,b_mw\n0,1,2\n3600,4,1\n18000,0.5,1.5\n"},
      {"net.csv",
       "net,n,kind,i,j,value\na,3,C,0,,1\na,3,C,1,,9\na,3,C,2,,100\na,3,g,0,1,0.1\na,3,g,1,2,0.3\n"
       "a,3,g_amb,2,,0.2\n"},
      {"web.csv",
       "net,n,kind,i,j,value\na,3,C,0,,1\na,3,C,1,,9\na,3,C,2,,100\na,3,g,0,1,0.2\na,3,g,1,2,0.3\n"
       "a,3,g_amb,2,,0.2\n"},
      {"matrix.csv", "0.1,-0.1,0\n-0.1,0.4,-0.3\n0,-0.3,0.5\n"},
      {"light.csv", "1\n9\n100\n"},
      {"heavy.csv", "2\n9\n100\n"},
  };
  const char *name = strncmp(path, "scenarios/", 10) == 0 ? path + 10 : "";
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strcmp(files[i][0], name) == 0) return files[i][1];
  bool warmer = strcmp(name, "hot.csv") == 0;
  if (!warmer && strcmp(name, "hours.csv") != 0) return NULL;
  enum { SIZE = 16384 };
  char *text = cf_arena_alloc(arena, SIZE, 1);
  assert_non_null(text);
  int n = snprintf(text, SIZE,
                   "# latitude: 36 deg\n# longitude: -80 deg\n# altitude: 270 m\n"
                   "time_utc,ghi_wm2,dni_wm2,dhi_wm2,air_degc,wind_ms\n");
  for (int h = 0; h < 96; h++) { /* 28 February to 3 March, the sun up from 12 to 22 h UTC */
    int hour = h % 24, day = h / 24, high = hour > 11 && hour < 23 ? (hour - 11) * (23 - hour) : 0;
    n += snprintf(text + n, SIZE - (size_t)n, "2026-%s-%02dT%02d:00Z,%d,%d,%d,%d,%d\n", day ? "03" : "02",
                  day ? day : 28, hour, high * 18, high * 14, high * 6, hour + warmer, 2 + day);
  }
  assert_in_range(n, 1, SIZE - 1);
  return text;
}

typedef struct reading {
  const change *c;
  bool changed;
} reading;

/* The disk, but for one file, and a copy of it as another model, and the made ones. */
static cf_status read_changed(void *self, const char *path, cf_arena *arena, const char **bytes, size_t *length,
                              char *why) {
  const reading *r = self;
  const change *c = r->c;
  cf_reader disk = cf_reader_disk();
  const char *made = made_file(path, arena);
  if (made) {
    *bytes = made;
    *length = strlen(made);
    return CF_OK;
  }
  bool copy = r->changed && c->as && strcmp(path, c->as) == 0;
  if (!c->file || (strcmp(path, c->file) != 0 && !copy)) return disk.read(disk.self, path, arena, bytes, length, why);
  cf_status status = disk.read(disk.self, c->file, arena, bytes, length, why);
  if (status != CF_OK) return status;
  const char *text = c->first[0] ? replaced(arena, *bytes, 0, c->first[0], c->first[1]) : *bytes;
  bool edited = r->changed && c->find && (copy || !c->as);
  if (text && edited) text = replaced(arena, text, c->skip, c->find, c->put);
  if (!text) fail_msg("%s: '%s' is not in %s", c->path, c->find, c->file);
  if (text && copy) {
    const char *name = strrchr(c->file, '/') + 1;
    char own[100];
    int stem = snprintf(own, sizeof own, ": %.*s\n", (int)(strlen(name) - strlen(".yaml")), name);
    assert_in_range(stem, 4, sizeof own - 1);
    text = replaced(arena, text, 0, own, ": other\n");
  }
  if (!text) return CF_INTERNAL;
  *bytes = text;
  *length = strlen(text);
  return CF_OK;
}

/* "fleet.<nodes>.varies.harvest{uniform}" -> "fleet.sensors.varies.harvest", "storage(battery).capacity" ->
 * "storage.capacity"; "harvesters.<wind>" -> "harvesters.wind" */
static void setting_of(const change *c, char *out, size_t size) {
  static const char *const names[][2] = {{"<pv>", "panel"}, {"<role>", "small"}, {"<column>", "down"}};
  size_t n = 0;
  for (const char *p = c->path; *p && *p != '{';) {
    const char *word = NULL;
    size_t taken = 0;
    if (*p == '(') p += strcspn(p, ")") + 1;
    if (*p == '<') {
      taken = strcspn(p, ">") + 1;
      if (strncmp(p, "<nodes>", taken) == 0) word = c->base->nodes ? c->base->nodes : "sensors";
      if (strncmp(p, "<hubs>", taken) == 0) word = c->base->hubs ? c->base->hubs : "gateways";
      for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(p, names[i][0], taken) == 0) word = names[i][1];
    }
    int length = word    ? snprintf(out + n, size - n, "%s", word)
                 : taken ? snprintf(out + n, size - n, "%.*s", (int)taken - 2, p + 1)
                         : snprintf(out + n, size - n, "%c", *p);
    n += (size_t)length;
    p += taken ? taken : 1;
  }
  if (c->value) snprintf(out + n, size - n, "=%s", c->value);
}

static cf_diag diag;

static cf_scenario *load(const change *c, bool changed) {
  cf_setting list[SETTINGS];
  char own[PATH * 2];
  uint32_t n = 0;
  for (int i = 0; i < MOST * 2 && c->base->set[i]; i++) list[n++] = (cf_setting){c->base->set[i], "--set"};
  for (int i = 0; i < MOST && c->given[i]; i++) list[n++] = (cf_setting){c->given[i], "--set"};
  for (int i = 0; changed && i < MOST && c->set[i]; i++) list[n++] = (cf_setting){c->set[i], "--set"};
  if (changed && !c->set[0] && (c->value || !c->file)) {
    setting_of(c, own, sizeof own);
    list[n++] = (cf_setting){own, "--set"};
  }
  reading reads = {c, changed};
  cf_reader reader = {.self = &reads, .read = read_changed, .list = cf_reader_disk().list};
  cf_load_options options = {.models_dir = "models", .settings = list, .setting_count = n, .reader = &reader};
  cf_diag_init(&diag);
  return cf_scenario_load(c->base->path, &options, &diag);
}

typedef struct outcome {
  cf_digest digest;
  uint32_t rows; /* that the recorder was told */
} outcome;

static cf_status on_decision(void *self, uint32_t run_id, const cf_decision_row *row, cf_diag *d) {
  (void)run_id, (void)row, (void)d;
  ((outcome *)self)->rows++;
  return CF_OK;
}
static cf_status on_series(void *self, uint32_t run_id, const cf_series_row *row, cf_diag *d) {
  (void)run_id, (void)row, (void)d;
  ((outcome *)self)->rows++;
  return CF_OK;
}
static cf_status on_node(void *self, uint32_t run_id, const cf_node_row *row, cf_diag *d) {
  (void)run_id, (void)row, (void)d;
  ((outcome *)self)->rows++;
  return CF_OK;
}

static cf_status on_power_event(void *self, uint32_t run_id, const cf_power_event_row *row, cf_diag *d) {
  (void)run_id, (void)row, (void)d;
  ((outcome *)self)->rows++;
  return CF_OK;
}

/* False when it does not load or run, which has been told. */
static bool run(const change *c, bool changed, outcome *out) {
  *out = (outcome){.rows = 0};
  cf_scenario *scenario = load(c, changed);
  if (!scenario) {
    cf_diag_print(&diag, stderr, false);
    print_error("%s: the %s scenario does not load\n", c->path, changed ? "changed" : "given");
    return false;
  }
  uint32_t policy = 0;
  while (policy < scenario->policies && strcmp(scenario->policy[policy].name, c->base->policy) != 0) policy++;
  assert_true(policy < scenario->policies);
  cf_recorder recorder = {
      .self = out, .decision = on_decision, .power_event = on_power_event, .series = on_series, .node = on_node};
  cf_simulation simulation = {.scenario = scenario,
                              .run_id = 1,
                              .policy = policy,
                              .seed = scenario->seed,
                              .record = true,
                              .engine = {.threads = 1}};
  cf_run_row row;
  cf_status status = cf_simulate(&simulation, &recorder, &row, &diag);
  if (status != CF_OK) {
    cf_diag_print(&diag, stderr, false);
    print_error("%s: the %s run failed\n", c->path, changed ? "changed" : "given");
  }
  out->digest = row.digest;
  cf_scenario_destroy(scenario);
  return status == CF_OK;
}

static bool same(cf_digest a, cf_digest b) { return a.lane[0] == b.lane[0] && a.lane[1] == b.lane[1]; }

/* ---- the walk ---- */
typedef struct walk {
  bool used[CHANGES];
  unsigned wrong;
} walk;

static void wrong(walk *w, const char *path, const char *what) {
  print_error("%s: %s\n", path, what);
  w->wrong++;
}

static void refused(walk *w, const change *c, const char *say) {
  cf_scenario *scenario = load(c, true);
  bool said = false;
  for (unsigned i = 0; i < diag.stored; i++) said = said || strstr(diag.entry[i].text, say);
  if (scenario || !said) {
    cf_diag_print(&diag, stderr, false);
    wrong(w, c->path, scenario ? "the loader takes it" : "refused for another reason");
  }
  cf_scenario_destroy(scenario);
}

static void tried(walk *w, const cf_schema_row *row, const change *c) {
  if (c->refused) {
    refused(w, c, c->refused);
    return;
  }
  outcome before, after;
  if (!run(c, false, &before) || !run(c, true, &after)) {
    w->wrong++;
    return;
  }
  bool alike = same(before.digest, after.digest);
  if (row->digest_free && !alike) wrong(w, c->path, "changes the digest, and its row says that it does not");
  if (!row->digest_free && alike) wrong(w, c->path, "has no effect on the digest");
  /* What is written down is at least written down. */
  if (strncmp(c->path, "record.", 7) == 0 && before.rows == after.rows) wrong(w, c->path, "has no effect on the rows");
}

static void leaf(walk *w, const cf_schema_row *row, const char *path) {
  unsigned found = 0;
  for (int i = 0; i < CHANGES; i++) {
    if (strcmp(changes[i].path, path) != 0) continue;
    tried(w, row, &changes[i]);
    w->used[i] = true;
    found++;
  }
  if (found == 0) wrong(w, path, "no change is known for this key");
}

static void path_text(char out[PATH], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void path_text(char out[PATH], const char *format, ...) {
  va_list list;
  va_start(list, format);
  int length = vsnprintf(out, PATH, format, list);
  va_end(list);
  assert_in_range(length, 1, PATH - 1);
}

static void walk_shape(walk *w, const cf_schema_shape *shape, const char *prefix, cf_schema_tier tier);

static void walk_entries(walk *w, const cf_schema_row *row, const char *path, cf_schema_tier tier) {
  char below[PATH];
  switch (row->section) {
    case CF_SECTION_FLEET:
      walk_shape(w, &cf_schema_node_group, "fleet.<nodes>", CF_TIER_NODES);
      walk_shape(w, &cf_schema_hub_group, "fleet.<hubs>", CF_TIER_HUBS);
      break;
    case CF_SECTION_POLICIES:
      for (int i = 0; cf_schema_policy_names[i]; i++) {
        path_text(below, "%s.<%s>", path, cf_schema_policy_names[i]);
        walk_shape(w, cf_schema_policy_shapes[i], below, tier);
      }
      break;
    case CF_SECTION_HARVESTERS:
      for (int i = 0; cf_schema_harvester_names[i]; i++) {
        path_text(below, "%s.<%s>", path, cf_schema_harvester_names[i]);
        walk_shape(w, cf_schema_harvester_shapes[i], below, tier);
      }
      break;
    default: /* one shape, or models of one kind */
      path_text(below, "%s.%s", path, row->entry);
      walk_shape(w, row->shapes ? row->shapes[0] : cf_schema_variant(row->kind, NULL), below, tier);
      assert_true(!row->shapes || !row->shapes[1]);
  }
}

/* A model with the keys of its kind, or of each variant of it that can stand there. */
static void walk_model(walk *w, const cf_schema_row *row, const char *path, cf_schema_tier tier) {
  char part[PATH];
  const cf_schema_shape *const *variant = cf_schema_models[row->kind].variant;
  leaf(w, row, path);
  if (!variant[1]) walk_shape(w, variant[0], path, tier);
  for (bool several = variant[1]; several && *variant; variant++) {
    char kind[PATH];
    path_text(kind, "<%s>.model", (*variant)->name);
    bool harvester = row->kind == CF_MODEL_HARVESTER;
    bool backup = strstr(path, ".backup."); /* the kind that it is made for stands for all */
    if (harvester && !strstr(path, kind)) continue;
    if (backup && strcmp((*variant)->name, "primary") != 0) continue;
    if (harvester || backup)
      path_text(part, "%s", path);
    else
      path_text(part, "%s(%s)", path, (*variant)->name);
    walk_shape(w, *variant, part, tier);
  }
}

static void walk_row(walk *w, const cf_schema_row *row, const char *path, cf_schema_tier tier) {
  char part[PATH];
  switch (row->type) {
    case CF_TYPE_MAP:
      walk_shape(w, row->shape, path, tier);
      break;
    case CF_TYPE_MODEL:
      walk_model(w, row, path, tier);
      break;
    case CF_TYPE_ENTRIES: /* the rows of an inference table are the models of the group */
      if (row->section != CF_SECTION_INFERENCE) leaf(w, row, path);
      walk_entries(w, row, path, tier);
      break;
    case CF_TYPE_LIST:
      if (row->section != CF_SECTION_MONTHS) leaf(w, row, path); /* there are always twelve */
      if (!row->shapes) break;
      path_text(part, "%s.%s", path, row->section == CF_SECTION_MONTHS ? "<month>" : "<point>");
      walk_shape(w, row->shapes[0], part, tier);
      break;
    case CF_TYPE_CHOICE:
      /* A policy, a harvester, a store is of the kind that its shape belongs to, so there is one value in each. */
      if (strcmp(row->key, "kind") == 0) {
        leaf(w, row, path);
        break;
      }
      for (int i = 0; row->names[i]; i++) {
        path_text(part, "%s=%s", path, row->names[i]);
        leaf(w, row, part);
      }
      break;
    case CF_TYPE_NUMBERS:
      if (row->count > 12) { /* one for all hours */
        leaf(w, row, path);
        break;
      }
      for (unsigned i = 0; i < row->count; i++) {
        char number[16];
        snprintf(number, sizeof number, "%u", i);
        path_text(part, "%s[%s]", path, row->names ? row->names[i] : number);
        leaf(w, row, part);
      }
      break;
    case CF_TYPE_VARIATION:
      path_text(part, "%s{%s}", path, row->dimension == CF_DIM_NONE ? "lognormal" : "normal");
      leaf(w, row, part);
      path_text(part, "%s{uniform}", path);
      leaf(w, row, part);
      break;
    default:
      leaf(w, row, path);
  }
}

static void walk_shape(walk *w, const cf_schema_shape *shape, const char *prefix, cf_schema_tier tier) {
  for (uint32_t i = 0; i < shape->rows; i++) {
    const cf_schema_row *row = &shape->row[i];
    char path[PATH];
    path_text(path, "%s%s%s", prefix, *prefix ? "." : "", row->key);
    if (row->read_of == CF_TIER_ALL || row->read_of == tier) {
      walk_row(w, row, path, tier);
      continue;
    }
    bool whole = row->type == CF_TYPE_LIST || row->type == CF_TYPE_ENTRIES || row->type == CF_TYPE_TABLE || row->plain;
    change other = {.path = path, .base = &ask, .value = "1"};
    refused(w, &other,
            whole                  ? "cannot be overridden"
            : tier == CF_TIER_HUBS ? "read of nodes only"
                                   : "read of hubs only");
  }
}

static void every_key_matters(void **unused) {
  (void)unused;
  walk w = {.wrong = 0};
  walk_shape(&w, &cf_schema_scenario, "", CF_TIER_ALL);
  for (int i = 0; i < CHANGES; i++)
    if (!w.used[i]) wrong(&w, changes[i].path, "is not in the schema");
  if (w.wrong) fail_msg("%u of %d changes", w.wrong, (int)CHANGES);
}

/* Each row of a climate is the month that it should be: it rules its own days, and not those half a year away. */
static void every_month_has_its_row(void **unused) {
  (void)unused;
  for (unsigned month = 0; month < 12; month++) {
    char start[40];
    snprintf(start, sizeof start, "start=2026-%02u-15T00:00:00Z", month + 1);
    static const char *const begins[] = {"wind_mean: ", "clear_sky_index_lag1_hour: 0."};
    static const char *const other[] = {"wind_mean: 1", "clear_sky_index_lag1_hour: 0.9"};
    for (int key = 0; key < 2; key++) {
      change c = {"a month", &think, .file = TOWN, .find = begins[key], .put = other[key], .given = {start}};
      c.skip = month;
      outcome before, its_own, far;
      assert_true(run(&c, false, &before) && run(&c, true, &its_own));
      c.skip = (month + 6) % 12;
      assert_true(run(&c, true, &far));
      assert_false(same(before.digest, its_own.digest));
      assert_true(same(before.digest, far.digest));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_key_matters), cmocka_unit_test(every_month_has_its_row)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
