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
#include "support/cf_test.h"

enum { MOST = 4, SETTINGS = 20, PATH = 160 };

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
    {.path = "fleet.<nodes>.harvesters.<panel>.kind=pv", .base = &think},
    {"fleet.<nodes>.harvesters.<panel>.model", &think, .value = "other", .file = "models/harvesters/mono-si.yaml",
     .find = "value: 18 %", .put = "value: 20 %", .as = "models/harvesters/other.yaml"},
    {"fleet.<nodes>.harvesters.<panel>.model.efficiency_stc", &think, .value = "20 %"},
    {"fleet.<nodes>.harvesters.<panel>.model.power_coefficient", &think, .value = "-0.3 %/K"},
    {"fleet.<nodes>.harvesters.<panel>.model.faiman_u0", &think, .value = "20 W/m2K"},
    {"fleet.<nodes>.harvesters.<panel>.model.faiman_u1", &think, .value = "5 W s/m3K"},
    {"fleet.<nodes>.harvesters.<panel>.area", &think, .value = "5 cm2"},
    {"fleet.<nodes>.harvesters.<panel>.tilt", &think, .value = "20 deg"},
    {"fleet.<nodes>.harvesters.<panel>.azimuth", &think, .value = "200 deg"},
    {"fleet.<nodes>.harvesters.<panel>.soiling", &think, .value = "10 %"},
    {"fleet.<nodes>.converter", &think, .value = "other", .file = "models/converters/bq25570.yaml",
     .find = "value: 90 %", .put = "value: 85 %", .as = "models/converters/other.yaml"},
    {"fleet.<nodes>.converter.mppt_fraction", &think, .value = "90 %"},
    {"fleet.<nodes>.converter.output", &think, .file = "models/converters/bq25570.yaml", .find = "8.8 mW",
     .put = "8 mW"},
    {"fleet.<nodes>.converter.quiescent", &think, .value = "600 nA"},
    {"fleet.<nodes>.converter.output_efficiency", &think, .value = "85 %"},
    {"fleet.<nodes>.storage", &think, .value = "other", .file = "models/storage/supercap-5v.yaml",
     .find = "value: 90 %", .put = "value: 80 %", .as = "models/storage/other.yaml"},
    {"fleet.<nodes>.storage.capacitance", &think, .value = "0.5 F"},
    {"fleet.<nodes>.storage.esr", &think, .value = "0.5 Ohm"},
    {"fleet.<nodes>.storage.leakage", &think, .value = "7 uA"},
    {"fleet.<nodes>.storage.voltage_max", &think, .value = "4.8 V"},
    {"fleet.<nodes>.storage.initial_share", &think, .value = "70 %"},
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

/* The disk, but for one file; and two that exist nowhere: a copy of it as another model, and an included part. */
static cf_status read_changed(void *self, const char *path, cf_arena *arena, const char **bytes, size_t *length,
                              char *why) {
  static const char part[] = "fleet: {sensors: {sample_jitter: 1 s}}\n";
  const change *c = self;
  cf_reader disk = cf_reader_disk();
  if (strcmp(path, "scenarios/part.yaml") == 0) {
    *bytes = part;
    *length = sizeof part - 1;
    return CF_OK;
  }
  bool copy = c->as && strcmp(path, c->as) == 0;
  if (!c->file || (strcmp(path, c->file) != 0 && !copy)) return disk.read(disk.self, path, arena, bytes, length, why);
  cf_status status = disk.read(disk.self, c->file, arena, bytes, length, why);
  if (status != CF_OK || (c->as && !copy)) return status;
  char *text = replaced(arena, *bytes, c->skip, c->find, c->put);
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

/* "fleet.<nodes>.varies.harvest{uniform}" -> "fleet.sensors.varies.harvest" */
static void setting_of(const change *c, char *out, size_t size) {
  static const char *const names[][2] = {{"<panel>", "panel"}, {"<role>", "small"}, {"<column>", "down"}};
  size_t n = 0;
  for (const char *p = c->path; *p && *p != '{';) {
    const char *word = NULL;
    size_t taken = 0;
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
  change none = {0};
  cf_reader reader = {
      .self = changed ? (void *)(uintptr_t)c : &none, .read = read_changed, .list = cf_reader_disk().list};
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

static outcome run(const change *c, bool changed) {
  outcome out = {.rows = 0};
  cf_scenario *scenario = load(c, changed);
  if (!scenario) {
    cf_diag_print(&diag, stderr, false);
    fail_msg("%s: the %s scenario does not load", c->path, changed ? "changed" : "given");
    return out;
  }
  uint32_t policy = 0;
  while (policy < scenario->policies && strcmp(scenario->policy[policy].name, c->base->policy) != 0) policy++;
  assert_true(policy < scenario->policies);
  cf_recorder recorder = {.self = &out, .decision = on_decision, .series = on_series, .node = on_node};
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
    fail_msg("%s: the %s run failed", c->path, changed ? "changed" : "given");
  }
  out.digest = row.digest;
  cf_scenario_destroy(scenario);
  return out;
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
  outcome before = run(c, false), after = run(c, true);
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
    default: /* one shape, or models of one kind */
      path_text(below, "%s.%s", path, row->entry);
      walk_shape(w, row->shapes ? row->shapes[0] : cf_schema_models[row->kind].shape, below, tier);
      assert_true(!row->shapes || !row->shapes[1]);
  }
}

static void walk_row(walk *w, const cf_schema_row *row, const char *path, cf_schema_tier tier) {
  char part[PATH];
  switch (row->type) {
    case CF_TYPE_MAP:
      walk_shape(w, row->shape, path, tier);
      break;
    case CF_TYPE_MODEL:
      leaf(w, row, path);
      walk_shape(w, cf_schema_models[row->kind].shape, path, tier);
      break;
    case CF_TYPE_ENTRIES: /* the rows of an inference table are the models of the group */
      if (row->section != CF_SECTION_INFERENCE) leaf(w, row, path);
      walk_entries(w, row, path, tier);
      break;
    case CF_TYPE_LIST:
      if (row->section != CF_SECTION_MONTHS) leaf(w, row, path); /* there are always twelve */
      path_text(part, "%s.%s", path, row->section == CF_SECTION_MONTHS ? "<month>" : "<point>");
      walk_shape(w, row->shapes[0], part, tier);
      break;
    case CF_TYPE_CHOICE:
      /* A policy is of the kind that its shape belongs to, so there is one value in each. */
      if (row->names == cf_schema_policy_names) {
        leaf(w, row, path);
        break;
      }
      for (int i = 0; row->names[i]; i++) {
        path_text(part, "%s=%s", path, row->names[i]);
        leaf(w, row, part);
      }
      break;
    case CF_TYPE_NUMBERS:
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
    bool whole = row->type == CF_TYPE_LIST || row->type == CF_TYPE_ENTRIES;
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
      outcome before = run(&c, false), its_own = run(&c, true);
      c.skip = (month + 6) % 12;
      outcome far = run(&c, true);
      assert_false(same(before.digest, its_own.digest));
      assert_true(same(before.digest, far.digest));
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_key_matters), cmocka_unit_test(every_month_has_its_row)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
