/* Keys of the files below models/. */
#include "config/schema_rows.h"

static const cf_schema_row inference_rows[] = {
    {.key = "energy", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ENERGY, REQUIRED, COST, ABOVE(0),
     INTO(cf_inference_cost, energy_j), .doc = "Energy of one inference of this model on this device at operating point 0."},
    {.key = "time", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TIME, REQUIRED, COST, ABOVE(0),
     INTO(cf_inference_cost, time_s), .doc = "Time of one inference of this model on this device at operating point 0."},
};
const cf_schema_shape cf_schema_inference = {.name = "inference", .doc = "What one inference costs.",
                                             .row = inference_rows, .rows = COUNT_OF(inference_rows),
                                             .size = sizeof(cf_inference_cost), .cited = true};

static const cf_schema_row point_rows[] = {
    {.key = "name", .type = CF_TYPE_NAME, REQUIRED, .plain = true, INTO(cf_operating_point, name), .doc = "Its name, such as 25W."},
    {.key = "power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, REQUIRED, COST, ABOVE(0),
     INTO(cf_operating_point, power_w), .doc = "Power of the whole device while it thinks at this point."},
    {.key = "speed", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0, INTO(cf_operating_point, speed),
     .doc = "Inferences per second relative to the first, fastest point."},
};
const cf_schema_shape cf_schema_point = {.name = "operating point", .doc = "A clock and voltage at which a device can think.",
                                         .row = point_rows, .rows = COUNT_OF(point_rows),
                                         .size = sizeof(cf_operating_point), .cited = true};

static const cf_schema_shape *const inference_shapes[] = {&cf_schema_inference, NULL};
static const cf_schema_shape *const point_shapes[] = {&cf_schema_point, NULL};

static const cf_schema_row device_rows[] = {
    {.key = "sleep_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, REQUIRED, COST, FROM(0),
     INTO(cf_device, sleep_power_w), .doc = "Power asleep with the state kept."},
    {.key = "sleep_discard_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, DEFAULT("0 W"), COST, FROM(0),
     INTO(cf_device, sleep_discard_power_w), .doc = "Power asleep with the state lost."},
    {.key = "idle_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, DEFAULT("0 W"), COST, FROM(0),
     INTO(cf_device, idle_power_w), .doc = "A hub's floor: power whether or not anyone asks. A device without it cannot be a hub."},
    {.key = "active_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, REQUIRED, COST, ABOVE(0),
     INTO(cf_device, active_power_w), .doc = "Power while running, for deciding and for starting up."},
    {.key = "clock", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, REQUIRED, COST, ABOVE(0),
     INTO(cf_device, clock_hz), .doc = "Clock of the processor that decides."},
    {.key = "cycles_per_operation", .type = CF_TYPE_QUANTITY, REQUIRED, COST, ABOVE(0), INTO(cf_device, cycles_per_operation),
     .doc = "Clock cycles of one multiply-add of deciding."},
    {.key = "die_to_case", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_THERMAL_RESISTANCE, REQUIRED, COST, ABOVE(0),
     INTO(cf_device, die_to_case_k_per_w), .doc = "Thermal resistance from the die to the enclosure's inside."},
    {.key = "die_heat_capacity", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_HEAT_CAPACITY, REQUIRED, COST, ABOVE(0),
     INTO(cf_device, die_heat_capacity_j_per_k), .doc = "Heat capacity of the die and what moves with it."},
    {.key = "junction_max", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, COST, ABOVE(0),
     INTO(cf_device, junction_max_k), .doc = "Highest junction temperature that the maker allows."},
    {.key = "inference", .type = CF_TYPE_ENTRIES, DEFAULTS, .entry = "<ai model>", .shapes = inference_shapes,
     .section = CF_SECTION_INFERENCE, .unstored = true, .doc = "Energy and time of one inference, for every ai model that was measured on this device."},
    {.key = "operating_points", .type = CF_TYPE_LIST, OPTIONAL, .shapes = point_shapes, .section = CF_SECTION_POINTS,
     .count = CF_MAX_POINTS, .unstored = true, .doc = "Operating points, fastest first; none: one point, as the inference rows say."},
};

static const cf_schema_row radio_rows[] = {
    {.key = "tx_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, REQUIRED, COST, ABOVE(0),
     INTO(cf_radio, tx_power_w), .doc = "Electrical power while sending."},
    {.key = "rx_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, REQUIRED, COST, ABOVE(0),
     INTO(cf_radio, rx_power_w), .doc = "Electrical power while listening."},
    {.key = "radiated_power", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_POWER, REQUIRED, COST, FROM(0),
     INTO(cf_radio, radiated_power_w), .doc = "The part of tx_power that leaves as waves and does not warm the node."},
    {.key = "spreading_factor", .type = CF_TYPE_COUNT, DEFAULT("10"), WITHIN(7, 12), INTO(cf_radio, spreading_factor),
     .doc = "LoRa spreading factor."},
    {.key = "bandwidth", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, DEFAULT("125 kHz"), ABOVE(0),
     INTO(cf_radio, bandwidth_hz), .doc = "LoRa bandwidth."},
    {.key = "coding_rate", .type = CF_TYPE_COUNT, DEFAULT("1"), WITHIN(1, 4), INTO(cf_radio, coding_rate),
     .doc = "LoRa coding rate 4/(4 + n): 1 for 4/5, 4 for 4/8."},
    {.key = "preamble_symbols", .type = CF_TYPE_COUNT, DEFAULT("8"), WITHIN(6, 65535), INTO(cf_radio, preamble_symbols),
     .doc = "Symbols of the preamble."},
    {.key = "channels", .type = CF_TYPE_COUNT, DEFAULT("3"), WITHIN(1, 8), INTO(cf_radio, channels),
     .doc = "Channels, one of which is picked at random for each attempt."},
    {.key = "header", .type = CF_TYPE_COUNT, .dimension = CF_DIM_INFORMATION, DEFAULT("13 B"), WITHIN(0, 255),
     INTO(cf_radio, header_bytes), .doc = "Header of the MAC layer, added to every payload."},
    {.key = "payload_max", .type = CF_TYPE_COUNT, .dimension = CF_DIM_INFORMATION, REQUIRED, WITHIN(1, 255),
     INTO(cf_radio, payload_max_bytes), .doc = "Largest payload of one frame; larger messages are sent in several."},
    {.key = "duty_cycle", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0, INTO(cf_radio, duty_cycle),
     .doc = "Share of time that the rules of the uplink band, and of the first receive window, allow for sending."},
    {.key = "second_window_duty_cycle", .type = CF_TYPE_QUANTITY, DEFAULT("10 %"), COST, SHARE_ABOVE_0,
     INTO(cf_radio, second_window_duty_cycle), .doc = "The same for the band of the second receive window."},
    {.key = "receive_delay", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TIME, DEFAULT("1 s"), ABOVE(0),
     INTO(cf_radio, receive_delay_s), .doc = "End of the uplink to the first receive window; the second follows 1 s later."},
    {.key = "margin", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_LEVEL, DEFAULT("10 dB"), COST, WITHIN(-200, 200),
     INTO(cf_radio, margin_db), .doc = "Mean received power above the sensitivity."},
    {.key = "fading", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_LEVEL, DEFAULT("6 dB"), COST, WITHIN(0, 100),
     INTO(cf_radio, fading_db), .doc = "Standard deviation of the log-normal fading of a packet."},
    {.key = "retries", .type = CF_TYPE_COUNT, DEFAULT("0"), WITHIN(0, 15), INTO(cf_radio, retries),
     .doc = "Attempts after the first that got no answer."},
    {.key = "back_off", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TIME, DEFAULT("2 s"), ABOVE(0),
     INTO(cf_radio, back_off_s), .doc = "Mean wait before a retry."},
    {.key = "demodulators", .type = CF_TYPE_COUNT, DEFAULT("8"), WITHIN(1, 1024), INTO(cf_radio, demodulators),
     .doc = "Of a hub: receptions at a time."},
    {.key = "contention", .type = CF_TYPE_CHOICE, DEFAULT("pure-aloha"), .names = (const char *const[]){"pure-aloha", NULL},
     .scenario_only = true, .unstored = true, .doc = "How uplinks meet: those that overlap on one channel are lost."},
};

static const cf_schema_row storage_rows[] = {
    {.key = "capacitance", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_CAPACITANCE, REQUIRED, ABOVE(0),
     INTO(cf_storage, capacitance_f), .doc = "Capacitance."},
    {.key = "esr", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_RESISTANCE, REQUIRED, COST, FROM(0),
     INTO(cf_storage, esr_ohm), .doc = "Equivalent series resistance."},
    {.key = "leakage", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_CURRENT, REQUIRED, COST, FROM(0),
     INTO(cf_storage, leakage_a), .doc = "Leakage current."},
    {.key = "voltage_max", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_VOLTAGE, REQUIRED, ABOVE(0),
     INTO(cf_storage, voltage_max_v), .doc = "Voltage at which the store is full."},
    {.key = "initial_share", .type = CF_TYPE_QUANTITY, DEFAULT("50 %"), SHARE, INTO(cf_storage, initial_share),
     .doc = "Share of the full energy at the start."},
};

static const cf_schema_row harvester_rows[] = {
    {.key = "efficiency_stc", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0, INTO(cf_pv_model, efficiency_stc),
     .doc = "Efficiency at 1000 W/m2 and a cell of 25 degC."},
    {.key = "power_coefficient", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_PER_KELVIN, REQUIRED, COST, WITHIN(-0.02, 0),
     INTO(cf_pv_model, power_coefficient_per_k), .doc = "Change of power per kelvin of cell temperature; negative."},
    {.key = "faiman_u0", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_HEAT_TRANSFER, REQUIRED, COST, ABOVE(0),
     INTO(cf_pv_model, faiman_u0_w_per_m2_k), .doc = "Faiman's constant heat loss of the panel."},
    {.key = "faiman_u1", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_WIND_HEAT_TRANSFER, REQUIRED, COST, FROM(0),
     INTO(cf_pv_model, faiman_u1_w_s_per_m3_k), .doc = "Faiman's heat loss of the panel per wind speed."},
};

static const cf_schema_row converter_rows[] = {
    {.key = "mppt_fraction", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0, INTO(cf_converter, mppt_fraction),
     .doc = "Share of the panel's maximum power that the tracker draws."},
    {.key = "output", .type = CF_TYPE_TABLE, .dimension = CF_DIM_POWER, REQUIRED, COST, FROM(0), INTO(cf_converter, output_w),
     .count = CF_MAX_TABLE, .doc = "Output power against input power, from [0 W, 0 W] on; linear in between, and beyond by the last slope."},
    {.key = "quiescent", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_CURRENT, REQUIRED, COST, FROM(0),
     INTO(cf_converter, quiescent_a), .doc = "Current that the converter itself draws from the store."},
    {.key = "output_efficiency", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0,
     INTO(cf_converter, output_efficiency), .doc = "Efficiency from the store to the loads."},
};

static const cf_schema_row enclosure_rows[] = {
    {.key = "to_air", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_THERMAL_RESISTANCE, REQUIRED, COST, ABOVE(0),
     INTO(cf_enclosure, to_air_k_per_w), .doc = "Thermal resistance from the case to the ambient air."},
    {.key = "heat_capacity", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_HEAT_CAPACITY, REQUIRED, COST, ABOVE(0),
     INTO(cf_enclosure, heat_capacity_j_per_k), .doc = "Heat capacity of the case."},
    {.key = "projected_area", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_AREA, REQUIRED, COST, FROM(0),
     INTO(cf_enclosure, projected_area_m2), .doc = "Area that the sun sees."},
    {.key = "sun_absorptance", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE, INTO(cf_enclosure, sun_absorptance),
     .doc = "Share of sunlight that the surface absorbs."},
};

static const cf_schema_row month_rows[] = {
    {.key = "clear_sky_index", .type = CF_TYPE_NUMBERS, .count = 5, REQUIRED, COST, WITHIN(0, 2),
     INTO(cf_climate_month, clear_sky_index),
     .doc = "Irradiance over that of a clear sky, at the 10, 30, 50, 70 and 90 % quantiles; not falling."},
    {.key = "clear_sky_index_lag1_hour", .type = CF_TYPE_QUANTITY, REQUIRED, COST, .ranged = true, .min = 0, .max = 1, .max_open = true,
     INTO(cf_climate_month, clear_sky_index_lag1_hour), .doc = "Autocorrelation of that index over one hour."},
    {.key = "air_mean", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, COST, WITHIN(150, 350),
     INTO(cf_climate_month, air_mean_k), .doc = "Mean air temperature."},
    {.key = "air_daily_min", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, COST, WITHIN(150, 350),
     INTO(cf_climate_month, air_daily_min_k), .doc = "Mean of the daily minima of the air temperature."},
    {.key = "air_daily_max", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_TEMPERATURE, REQUIRED, COST, WITHIN(150, 350),
     INTO(cf_climate_month, air_daily_max_k), .doc = "Mean of the daily maxima of the air temperature."},
    {.key = "wind_mean", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_SPEED, REQUIRED, COST, WITHIN(0, 100),
     INTO(cf_climate_month, wind_mean_ms), .doc = "Mean wind speed."},
};
const cf_schema_shape cf_schema_month = {.name = "month", .doc = "One month of a climate.", .row = month_rows,
                                         .rows = COUNT_OF(month_rows), .size = sizeof(cf_climate_month)};
static const cf_schema_shape *const month_shapes[] = {&cf_schema_month, NULL};

static const cf_schema_row climate_rows[] = {
    {.key = "latitude", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ANGLE, REQUIRED, COST, WITHIN(DEGREES(-90), DEGREES(90)),
     INTO(cf_climate, latitude_rad), .doc = "Latitude, north positive."},
    {.key = "longitude", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_ANGLE, REQUIRED, COST, WITHIN(DEGREES(-180), DEGREES(180)),
     INTO(cf_climate, longitude_rad), .doc = "Longitude, east positive."},
    {.key = "altitude", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_LENGTH, REQUIRED, COST, WITHIN(-500, 9000),
     INTO(cf_climate, altitude_m), .doc = "Height above the sea."},
    {.key = "linke_turbidity", .type = CF_TYPE_QUANTITY, REQUIRED, COST, WITHIN(1, 15), INTO(cf_climate, linke_turbidity),
     .doc = "Linke turbidity of the clear sky."},
    {.key = "albedo", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE, INTO(cf_climate, albedo), .doc = "Reflectance of the ground."},
    {.key = "months", .type = CF_TYPE_LIST, REQUIRED, COST, .shapes = month_shapes, .section = CF_SECTION_MONTHS, .count = 12,
     .unstored = true, .doc = "January to December, under one citation."},
};

static const cf_schema_row ai_rows[] = {
    {.key = "accuracy_in_domain", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0, INTO(cf_ai_model, accuracy_in_domain),
     .doc = "Accuracy on data like that it was trained on."},
    {.key = "accuracy_shifted", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE_ABOVE_0, INTO(cf_ai_model, accuracy_shifted),
     .doc = "Accuracy under the nuisance of the world."},
    {.key = "hard_error_share", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE, INTO(cf_ai_model, hard_error_share),
     .doc = "Share of its errors that fall on hard samples, which are hard for every model."},
    {.key = "sure_if_right", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE, INTO(cf_ai_model, sure_if_right),
     .doc = "Chance that the verdict is a confident one when it is right."},
    {.key = "sure_if_wrong", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE, INTO(cf_ai_model, sure_if_wrong),
     .doc = "Chance that the verdict is a confident one when it is wrong."},
    {.key = "tokens", .type = CF_TYPE_QUANTITY, DEFAULT("0"), COST, FROM(0), INTO(cf_ai_model, tokens),
     .doc = "Tokens emitted by one inference; 0 for models that emit none."},
};

static const char *const pressures[] = {"low", "high", NULL};

static const cf_schema_row world_rows[] = {
    {.key = "state_names", .type = CF_TYPE_WORDS, .count = 2, REQUIRED, .plain = true, INTO(cf_world_process, state_names),
     .doc = "Names of the two states of a node: as it should be, and the event."},
    {.key = "onset", .type = CF_TYPE_NUMBERS, .dimension = CF_DIM_FREQUENCY, .count = 2, .names = pressures, REQUIRED, COST, FROM(0),
     INTO(cf_world_process, onset_per_s), .doc = "Rate at which the event begins, under low and under high pressure of the site."},
    {.key = "recovery", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, REQUIRED, COST, ABOVE(0),
     INTO(cf_world_process, recovery_per_s), .doc = "Rate at which the event ends."},
    {.key = "pressure_on", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, REQUIRED, COST, FROM(0),
     INTO(cf_world_process, pressure_on_per_s), .doc = "Rate at which a site's pressure rises."},
    {.key = "pressure_off", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, REQUIRED, COST, ABOVE(0),
     INTO(cf_world_process, pressure_off_per_s), .doc = "Rate at which it falls again."},
    {.key = "nuisance_on", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, REQUIRED, COST, FROM(0),
     INTO(cf_world_process, nuisance_on_per_s), .doc = "Rate at which a site's nuisance begins."},
    {.key = "nuisance_off", .type = CF_TYPE_QUANTITY, .dimension = CF_DIM_FREQUENCY, REQUIRED, COST, ABOVE(0),
     INTO(cf_world_process, nuisance_off_per_s), .doc = "Rate at which it ends."},
    {.key = "hard_share", .type = CF_TYPE_QUANTITY, REQUIRED, COST, SHARE, INTO(cf_world_process, hard_share),
     .doc = "Share of the samples that are hard for every model."},
};

#define MODEL_SHAPE(variable, label, text, table, structure)                                                        \
  static const cf_schema_shape variable = {.name = label, .doc = text, .row = table, .rows = COUNT_OF(table),       \
                                           .size = sizeof(structure), .cited = true,                                \
                                           .name_offset = offsetof(structure, name)}

MODEL_SHAPE(device_shape, "device", "A processor board: what it draws, how warm it gets, what an inference costs on it.",
            device_rows, cf_device);
MODEL_SHAPE(radio_shape, "radio", "A LoRa radio of a node or a hub.", radio_rows, cf_radio);
MODEL_SHAPE(storage_shape, "storage", "A supercapacitor.", storage_rows, cf_storage);
MODEL_SHAPE(harvester_shape, "harvester", "A photovoltaic technology.", harvester_rows, cf_pv_model);
MODEL_SHAPE(converter_shape, "converter", "From the harvester to the store, and from the store to the loads.",
            converter_rows, cf_converter);
MODEL_SHAPE(enclosure_shape, "enclosure", "The box around a node.", enclosure_rows, cf_enclosure);
MODEL_SHAPE(climate_shape, "climate", "Sun, clouds, air and wind of a place, by month.", climate_rows, cf_climate);
MODEL_SHAPE(ai_shape, "ai", "A model as a likelihood, in domain and shifted.", ai_rows, cf_ai_model);
MODEL_SHAPE(world_shape, "world", "What happens to the nodes: hidden chains with memoryless rates.", world_rows,
            cf_world_process);

const cf_schema_model cf_schema_models[CF_MODEL_KINDS] = {
    [CF_MODEL_DEVICE] = {"device", "devices", &device_shape},
    [CF_MODEL_RADIO] = {"radio", "radios", &radio_shape},
    [CF_MODEL_STORAGE] = {"storage", "storage", &storage_shape},
    [CF_MODEL_HARVESTER] = {"harvester", "harvesters", &harvester_shape},
    [CF_MODEL_CONVERTER] = {"converter", "converters", &converter_shape},
    [CF_MODEL_ENCLOSURE] = {"enclosure", "enclosures", &enclosure_shape},
    [CF_MODEL_CLIMATE] = {"climate", "climates", &climate_shape},
    [CF_MODEL_AI] = {"ai", "ai", &ai_shape},
    [CF_MODEL_WORLD] = {"world", "worlds", &world_shape},
};
