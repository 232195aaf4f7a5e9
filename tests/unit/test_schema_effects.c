/* Every key matters: the schema is walked, and each key and each of its values is changed in a small run of its own.
 *
 * The digest of a run must differ from that of the same run without the change; or stay the same, where the row says
 * why (digest_free); or the loader must refuse the change. A row without a change below fails the test with its path, so
 * that a key which nobody reads cannot come in unseen, and so does a change whose path is no longer in the schema. */
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
} base;

/* Twelve sensors that think, and ask when in doubt. */
static const base think = {"scenarios/agriculture.yaml",
                           "confidence-threshold",
                           {"fleet.sensors.count=12", "duration=24 h", "fleet.gateways.nodes_each=6",
                            "place.site.nodes_each=2", "policies.confidence-threshold.look_again_below=99.9 %",
                            "policies.confidence-threshold.ask_below=99.5 %"}};
/* Twelve that ask one hub every minute: collisions, retries, both receive windows. */
static const base ask = {"scenarios/agriculture.yaml",
                         "always-escalate",
                         {"fleet.sensors.count=12", "duration=12 h", "fleet.gateways.nodes_each=12",
                          "place.site.nodes_each=4", "fleet.sensors.sample_every=1 min",
                          "fleet.sensors.storage.capacitance=5 F"}};
static const base toss = {"scenarios/agriculture.yaml", "random", {"fleet.sensors.count=4", "duration=12 h"}};
/* The night is too long for the store: brown-outs, boots. */
static const base small = {"scenarios/small-capacitor.yaml",
                           "confidence-threshold",
                           {"fleet.sensors.count=6", "duration=36 h", "place.site.nodes_each=3"}};
/* All operating points and the shut-down within reach. */
static const base hot = {"scenarios/hot-module.yaml",
                         "think-big",
                         {"fleet.modules.count=2", "start=2026-07-01T14:00:00Z", "duration=3 h",
                          "fleet.modules.limits={throttle_above: 60 degC, throttle_below: 57 degC, "
                          "shut_down_above: 64 degC}"}};
static const base mine = {
    "scenarios/agriculture.yaml", "mine", {"fleet.sensors.count=4", "duration=12 h", "place.site.nodes_each=4"}};

/* ---- what is changed ---- */
typedef struct change {
  const char *path;           /* as the walk below names it */
  const base *base;
  const char *set[MOST];      /* settings of the changed run */
  const char *file;           /* a file that the changed run reads otherwise: */
  const char *find, *put;     /* the first `find` in it is `put` instead */
  const char *as;             /* and it does so under this name, as a model of its own; NULL: under its own */
  const char *refused;        /* what the loader says to it; NULL: it takes it */
  const char *given[MOST];    /* further settings of both runs */
} change;

#define GROUP(power)                                                                                            \
  "fleet.more={tier: node, count: 2, device: stm32u575, sample_every: 5 min, sense: {energy: 12 mJ, time: 0.1 s}, " \
  "models: {small: ad-autoencoder-int8}, enclosure: abs-120x80x60mm, radio: sx1276-eu868, limits: {throttle_above: " \
  "85 degC, throttle_below: 80 degC, shut_down_above: 105 degC}, " power "}"
#define HARVEST                                                                                               \
  "power: harvest, harvesters: {p: {model: mono-si, area: 4 cm2, tilt: 35 deg}}, converter: bq25570, storage: " \
  "supercap-5v, supply: {turn_on: 3.2 V, turn_off: 2.4 V, boot_energy: 20 mJ, boot_time: 80 ms}"
#define HUB "{tier: hub, count: 1, device: jetson-orin-nano, power: mains, models: {hub: mobilenetv3-features}, radio: sx1301-eu868}"
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
    {"name", &think, {"name=other"}},
    {"scarce", &think, {"scarce=patience"}},
    {"seed", &think, {"seed=2"}},
    {"start", &think, {"start=2026-03-02T00:00:00Z"}},
    {"duration", &think, {"duration=23 h"}},
    {"place.climate", &think, {"place.climate=miami"}},
    {"place.climate.latitude", &think, {"place.climate.latitude=37 deg"}},
    {"place.climate.longitude", &think, {"place.climate.longitude=-78 deg"}},
    {"place.climate.altitude", &think, {"place.climate.altitude=800 m"}},
    {"place.climate.linke_turbidity", &think, {"place.climate.linke_turbidity=4"}},
    {"place.climate.albedo", &think, {"place.climate.albedo=0.3"}},
#define MARCH(path, text, other) {"place.climate.months.<month>." path, &think, .file = TOWN, .find = text, .put = other}
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
    {"place.horizon", &think, {"place.horizon=20 deg"}},
    {"place.site.nodes_each", &think, {"place.site.nodes_each=3"}},
    {"world.process", &think, {"world.process=other"}, STRESS, "value: 20 %", "value: 30 %", "models/worlds/other.yaml"},
    {"world.process.state_names", &think, .file = STRESS, .find = "[ok, stressed]", .put = "[well, ill]"},
    {"world.process.onset[low]", &think, .file = STRESS, .find = "[2.4 1/year,", .put = "[3 1/year,"},
    {"world.process.onset[high]", &think, .file = STRESS, .find = "24 1/year]", .put = "40 1/year]"},
    {"world.process.recovery", &think, {"world.process.recovery=0.2 1/d"}},
    {"world.process.pressure_on", &think, {"world.process.pressure_on=0.07 1/d"}},
    {"world.process.pressure_off", &think, {"world.process.pressure_off=0.3 1/d"}},
    {"world.process.nuisance_on", &think, {"world.process.nuisance_on=0.07 1/h"}},
    {"world.process.nuisance_off", &think, {"world.process.nuisance_off=0.2 1/h"}},
    {"world.process.hard_share", &think, {"world.process.hard_share=30 %"}},
    {"world.deadline", &small, {"world.deadline=5 min"}, .given = {"fleet.sensors.count=40"}},
    {"world.loss.miss", &think, {"world.loss.miss=500"}},
    {"world.loss.false_alarm", &think, {"world.loss.false_alarm=0.01"}},
    {"fleet", &think, {GROUP("power: mains")}},
    {"escalate.send=features", &ask, {"escalate.send=features"}},
    {"escalate.size", &ask, {"escalate.size=30 B"}},
    {"escalate.answer", &ask, {"escalate.answer=16 B"}},
    {"escalate.give_up_after", &ask, {"escalate.give_up_after=20 s"}},
    {"policies", &mine, {"policies.mine={kind: always-escalate}"}, .given = {"policies.mine={kind: always-local}"}},
#define KIND(one, other) {"policies.<" one ">.kind", &mine, {"policies.mine=" other}, .given = {"policies.mine={kind: random, ask: 50 %}"}}
    KIND("always-local", "{kind: always-local}"),
    KIND("always-escalate", "{kind: always-escalate}"),
    KIND("confidence-threshold", "{kind: confidence-threshold}"),
    {"policies.<random>.kind", &mine, {"policies.mine={kind: random, ask: 50 %}"}, .given = {"policies.mine={kind: always-local}"}},
    {"policies.<random>.ask", &toss, {"policies.random.ask=60 %"}},
    {"policies.<confidence-threshold>.look_again_below", &think, {"policies.confidence-threshold.look_again_below=50 %"}},
    {"policies.<confidence-threshold>.ask_below", &think, {"policies.confidence-threshold.ask_below=50 %"}},
    {"record.fleet_every", &think, {"record.fleet_every=10 min"}},
    {"record.nodes", &think, {"record.nodes=false"}},
    {"record.decisions=none", &think, {"record.decisions=none"}, .given = {"record.decisions=all"}},
    {"record.decisions=all", &think, {"record.decisions=all"}},
    {"tolerance.power", &think, {"tolerance.power=5 %"}},
    {"assert", &think, {"assert.accuracy={min: 99 %}"}},
    {"assert.<column>.policy", &think, {"assert.down.policy=random"}},
    {"assert.<column>.min", &think, {"assert.down.min=0.1 %"}},
    {"assert.<column>.max", &think, {"assert.down.max=0.2 %"}},

    /* groups of nodes */
    {"fleet.<nodes>.tier=node", &think, {GROUP("power: mains")}},
    {"fleet.<nodes>.tier=hub", &think, {"fleet.more.tier=hub"}, .refused = "unknown key", .given = {GROUP("power: mains")}},
    {"fleet.<nodes>.count", &think, {"fleet.sensors.count=13"}},
    {"fleet.<nodes>.power=mains", &think, {GROUP("power: mains")}, .given = {GROUP(HARVEST)}},
    {"fleet.<nodes>.power=harvest", &think, {GROUP(HARVEST)}, .given = {GROUP("power: mains")}},
    {"fleet.<nodes>.sample_every", &think, {"fleet.sensors.sample_every=7 min"}},
    {"fleet.<nodes>.sample_jitter", &think, {"fleet.sensors.sample_jitter=1 s"}},
    {"fleet.<nodes>.sense.energy", &think, {"fleet.sensors.sense.energy=13 mJ"}},
    {"fleet.<nodes>.sense.time", &think, {"fleet.sensors.sense.time=170 ms"}},
    {"fleet.<nodes>.sleep.retain", &think, {"fleet.sensors.sleep.retain=false"}},
#define OF_NODE(key, value) {"fleet.<nodes>." key, &think, {"fleet.sensors." key "=" value}}
    OF_NODE("device", "stm32l4r5"),
    OF_NODE("device.sleep_power", "50 uW"),
    {"fleet.<nodes>.device.sleep_discard_power", &think, {"fleet.sensors.device.sleep_discard_power=2 uW"}, .given = {"fleet.sensors.sleep.retain=false"}},
    OF_NODE("device.active_power", "25 mW"),
    OF_NODE("device.clock", "100 MHz"),
    OF_NODE("device.cycles_per_operation", "20"),
    OF_NODE("device.die_to_case", "30 K/W"),
    OF_NODE("device.die_heat_capacity", "2 J/K"),
    OF_NODE("device.junction_max", "130 degC"),
    {"fleet.<nodes>.device.junction_max", &think, {"fleet.sensors.device.junction_max=100 degC"}, .refused = "above the junction_max"},
    {"fleet.<nodes>.device.inference.<ai model>.energy", &think, .file = U575, .find = "81.875 uJ", .put = "100 uJ"},
    {"fleet.<nodes>.device.inference.<ai model>.time", &think, .file = U575, .find = "3.409 ms", .put = "4 ms"},
#define POINT(path, text, other) {"fleet.<nodes>.device.operating_points" path, &hot, .file = ORIN, .find = text, .put = other}
    POINT("", "  - name: 15W", "  - name: 20W\n    power: {value: 20 W, status: A, note: x}\n    speed: {value: 0.8, status: A, note: x}\n  - name: 15W"),
    POINT(".<point>.name", "- name: 15W", "- name: middle"),
    POINT(".<point>.power", "{value: 15 W", "{value: 14 W"),
    POINT(".<point>.speed", "value: 0.643", "value: 0.7"),
    OF_NODE("models", "{small: kws-dscnn-int8, large: vww-mobilenet-int8}"),
    OF_NODE("models.<role>.accuracy_in_domain", "85 %"),
    OF_NODE("models.<role>.accuracy_shifted", "70 %"),
    OF_NODE("models.<role>.hard_error_share", "0.6"),
    OF_NODE("models.<role>.sure_if_right", "0.9"),
    OF_NODE("models.<role>.sure_if_wrong", "0.2"),
    OF_NODE("models.<role>.tokens", "7"),
    OF_NODE("harvesters", "{other: {model: mono-si, area: 8 cm2}}"),
    OF_NODE("harvesters.<panel>.kind=pv", "pv"),
    {"fleet.<nodes>.harvesters.<panel>.model", &think, {"fleet.sensors.harvesters.panel.model=other"}, "models/harvesters/mono-si.yaml", "value: 18 %", "value: 20 %", "models/harvesters/other.yaml"},
    OF_NODE("harvesters.<panel>.model.efficiency_stc", "20 %"),
    OF_NODE("harvesters.<panel>.model.power_coefficient", "-0.3 %/K"),
    OF_NODE("harvesters.<panel>.model.faiman_u0", "20 W/m2K"),
    OF_NODE("harvesters.<panel>.model.faiman_u1", "5 W s/m3K"),
    OF_NODE("harvesters.<panel>.area", "5 cm2"),
    OF_NODE("harvesters.<panel>.tilt", "20 deg"),
    OF_NODE("harvesters.<panel>.azimuth", "200 deg"),
    OF_NODE("harvesters.<panel>.soiling", "10 %"),
    {"fleet.<nodes>.converter", &think, {"fleet.sensors.converter=other"}, "models/converters/bq25570.yaml", "value: 90 %", "value: 85 %", "models/converters/other.yaml"},
    OF_NODE("converter.mppt_fraction", "90 %"),
    {"fleet.<nodes>.converter.output", &think, .file = "models/converters/bq25570.yaml", .find = "8.8 mW", .put = "8 mW"},
    OF_NODE("converter.quiescent", "600 nA"),
    OF_NODE("converter.output_efficiency", "85 %"),
    {"fleet.<nodes>.storage", &think, {"fleet.sensors.storage=other"}, "models/storage/supercap-5v.yaml", "value: 90 %", "value: 80 %", "models/storage/other.yaml"},
    OF_NODE("storage.capacitance", "0.5 F"),
    OF_NODE("storage.esr", "0.5 Ohm"),
    OF_NODE("storage.leakage", "7 uA"),
    OF_NODE("storage.voltage_max", "4.8 V"),
    OF_NODE("storage.initial_share", "70 %"),
#define OF_SUPPLY(key, value) {"fleet.<nodes>.supply." key, &small, {"fleet.sensors.supply." key "=" value}}
    OF_SUPPLY("turn_on", "3.4 V"),
    OF_SUPPLY("turn_off", "2.5 V"),
    OF_SUPPLY("boot_energy", "30 mJ"),
    OF_SUPPLY("boot_time", "90 ms"),
    OF_NODE("enclosure", "painted-steel-200x200x120mm"),
    OF_NODE("enclosure.to_air", "8 K/W"),
    OF_NODE("enclosure.heat_capacity", "300 J/K"),
    OF_NODE("enclosure.projected_area", "0.02 m2"),
    OF_NODE("enclosure.sun_absorptance", "0.5"),
#define OF_LIMITS(key, value) {"fleet.<nodes>.limits." key, &hot, {"fleet.modules.limits." key "=" value}}
    OF_LIMITS("throttle_above", "61 degC"),
    OF_LIMITS("throttle_below", "56 degC"),
    OF_LIMITS("shut_down_above", "65 degC"),
#define OF_RADIO(key, value) {"fleet.<nodes>.radio" key, &ask, {"fleet.sensors.radio" key "=" value}}
    OF_RADIO("", "sx1301-eu868"),
    OF_RADIO(".tx_power", "150 mW"),
    OF_RADIO(".rx_power", "40 mW"),
    OF_RADIO(".radiated_power", "20 mW"),
    OF_RADIO(".spreading_factor", "9"),
    {"fleet.<nodes>.radio.bandwidth", &ask, {"fleet.sensors.radio.bandwidth=250 kHz", "fleet.gateways.radio.bandwidth=250 kHz"}},
    OF_RADIO(".coding_rate", "2"),
    OF_RADIO(".preamble_symbols", "10"),
    OF_RADIO(".channels", "2"),
    OF_RADIO(".header", "20 B"),
    OF_RADIO(".payload_max", "10 B"),
    OF_RADIO(".duty_cycle", "0.5 %"),
    OF_RADIO(".receive_delay", "1.5 s"),
    OF_RADIO(".margin", "8 dB"),
    OF_RADIO(".fading", "6 dB"),
    OF_RADIO(".retries", "0"),
    OF_RADIO(".back_off", "4 s"),
    OF_NODE("varies.harvest{lognormal}", "{lognormal: 10 %}"),
    OF_NODE("varies.harvest{uniform}", "{uniform: [-10 %, 10 %]}"),
    OF_NODE("varies.capacitance{lognormal}", "{lognormal: 10 %}"),
    OF_NODE("varies.capacitance{uniform}", "{uniform: [-5 %, 5 %]}"),
    OF_NODE("varies.leakage{lognormal}", "{lognormal: 10 %}"),
    OF_NODE("varies.leakage{uniform}", "{uniform: [-10 %, 10 %]}"),
    {"fleet.<nodes>.varies.margin{normal}", &ask, {"fleet.sensors.varies.margin={normal: 3 dB}"}},
    {"fleet.<nodes>.varies.margin{uniform}", &ask, {"fleet.sensors.varies.margin={uniform: [-3 dB, 3 dB]}"}},

    /* groups of hubs */
    {"fleet.<hubs>.tier=hub", &hot, {"fleet.hub=" HUB, HUB_ALIKE}, .given = {"fleet.modules.radio=sx1276-eu868"}},
    {"fleet.<hubs>.tier=node", &ask, {"fleet.gateways.tier=node"}, .refused = "unknown key"},
    {"fleet.<hubs>.count", &small, {"fleet.gateway.count=2"}},
    {"fleet.<hubs>.nodes_each", &ask, {"fleet.gateways.nodes_each=6"}},
    {"fleet.<hubs>.power=mains", &ask, {"fleet.gateways.power=mains"}},
    {"fleet.<hubs>.power=harvest", &ask, {"fleet.gateways.power=harvest"}, .refused = "a hub needs 'power: mains'"},
#define OF_HUB(key, value) {"fleet.<hubs>." key, &ask, {"fleet.gateways." key "=" value}}
    {"fleet.<hubs>.device", &ask, {"fleet.gateways.device=other"}, ORIN, "idle_power: {value: 2.6 W", "idle_power: {value: 3 W", "models/devices/other.yaml"},
    OF_HUB("device.idle_power", "3 W"),
    {"fleet.<hubs>.device.sleep_power", &ask, {"fleet.gateways.device.sleep_power=1 W"}, .given = {NIGHT}},
    {"fleet.<hubs>.device.inference.<ai model>.energy", &ask, .file = ORIN, .find = "mobilenetv3-features:\n    energy:\n      value: 125 mJ", .put = "mobilenetv3-features:\n    energy:\n      value: 200 mJ"},
    {"fleet.<hubs>.device.inference.<ai model>.time", &ask, .file = ORIN, .find = "value: 5 ms", .put = "value: 6 ms"},
    OF_HUB("models", "{hub: vww-mobilenet-int8}"),
    OF_HUB("models.hub.accuracy_in_domain", "95 %"),
    OF_HUB("models.hub.accuracy_shifted", "85 %"),
    OF_HUB("models.hub.hard_error_share", "0.6"),
    OF_HUB("models.hub.sure_if_right", "0.9"),
    OF_HUB("models.hub.sure_if_wrong", "0.2"),
    OF_HUB("models.hub.tokens", "7"),
    {"fleet.<hubs>.radio", &ask, {"fleet.gateways.radio=other"}, "models/radios/sx1301-eu868.yaml", "value: 600 mW", "value: 700 mW", "models/radios/other.yaml"},
    OF_HUB("radio.tx_power", "700 mW"),
    OF_HUB("radio.rx_power", "600 mW"),
    OF_HUB("radio.spreading_factor", "9"),
    {"fleet.<hubs>.radio.bandwidth", &ask, {"fleet.gateways.radio.bandwidth=250 kHz", "fleet.sensors.radio.bandwidth=250 kHz"}},
    {"fleet.<hubs>.radio.bandwidth", &ask, {"fleet.gateways.radio.bandwidth=250 kHz"}, .refused = "is not that of the hub's"},
    OF_HUB("radio.coding_rate", "2"),
    OF_HUB("radio.preamble_symbols", "12"),
    OF_HUB("radio.header", "20 B"),
    OF_HUB("radio.payload_max", "2 B"),
    OF_HUB("radio.duty_cycle", "0.5 %"),
    OF_HUB("radio.second_window_duty_cycle", "1 %"),
    OF_HUB("radio.receive_delay", "1.5 s"),
    OF_HUB("radio.demodulators", "1"),
    OF_HUB("radio.contention=pure-aloha", "pure-aloha"),
    {"fleet.<hubs>.sleep_policy=never", &ask, {"fleet.gateways.sleep_policy=never"}, .given = {NIGHT}},
    OF_HUB("sleep_policy=between-requests", "between-requests"),
    OF_HUB("sleep_policy=night", "night"),
};
enum { CHANGES = sizeof changes / sizeof *changes };
