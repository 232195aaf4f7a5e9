/* Keys of models/harvesters, and of the harvesters of a group. */
#include "config/schema_rows.h"

const char *const cf_schema_harvester_names[] = {
    [CF_HARVEST_PV] = "pv",
    [CF_HARVEST_THERMOELECTRIC] = "thermoelectric",
    [CF_HARVEST_VIBRATION] = "vibration",
    [CF_HARVEST_RF] = "rf",
    [CF_HARVEST_WIND] = "wind",
    [CF_HARVEST_INDUCTION] = "induction",
    [CF_HARVEST_BIOFUEL] = "biofuel",
    [CF_HARVEST_CONSTANT] = "constant",
    [CF_HARVEST_TRACE] = "trace",
    NULL,
};

/* ---- models ---- */
static const char *const kinds[] = {
    [CF_HARVEST_PV] = "pv",
    [CF_HARVEST_THERMOELECTRIC] = "thermoelectric",
    [CF_HARVEST_VIBRATION] = "vibration",
    [CF_HARVEST_RF] = "rf",
    [CF_HARVEST_WIND] = "wind",
    [CF_HARVEST_INDUCTION] = "induction",
    [CF_HARVEST_BIOFUEL] = "biofuel",
    NULL,
};
#define MODEL_KIND                                                                                    \
  {                                                                                                   \
    .key = "kind", .type = CF_TYPE_CHOICE, DEFAULT("pv"), .names = kinds, .plain = true,              \
    INTO(cf_harvester_model, kind), .doc = "What kind of harvester; it decides which keys there are." \
  }

static const cf_schema_row pv_model_rows[] = {
    MODEL_KIND,
    {.key = "efficiency_stc",
     .type = CF_TYPE_QUANTITY,
     REQUIRED,
     COST,
     SHARE_ABOVE_0,
     INTO(cf_harvester_model, pv_efficiency_stc),
     .doc = "Efficiency at 1000 W/m2 and a cell of 25 degC."},
    {.key = "power_coefficient",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_PER_KELVIN,
     REQUIRED,
     COST,
     WITHIN(-0.02, 0),
     INTO(cf_harvester_model, pv_power_coefficient_per_k),
     .doc = "Change of power per kelvin of cell temperature; negative."},
    {.key = "faiman_u0",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_HEAT_TRANSFER,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, pv_faiman_u0_w_per_m2_k),
     .doc = "Faiman's constant heat loss of the panel."},
    {.key = "faiman_u1",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_WIND_HEAT_TRANSFER,
     REQUIRED,
     COST,
     FROM(0),
     INTO(cf_harvester_model, pv_faiman_u1_w_s_per_m3_k),
     .doc = "Faiman's heat loss of the panel per wind speed."},
};

static const cf_schema_row thermoelectric_model_rows[] = {
    MODEL_KIND,
    {.key = "seebeck",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_SEEBECK,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, seebeck_v_per_k),
     .doc = "Open-circuit voltage of the module per kelvin across it."},
    {.key = "resistance",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_RESISTANCE,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, resistance_ohm),
     .doc = "Electrical resistance of the module; the converter matches it."},
    {.key = "conductance",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_THERMAL_CONDUCTANCE,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, conductance_w_per_k),
     .doc = "Thermal conductance of the module without current."},
    {.key = "bipolar",
     .type = CF_TYPE_BOOL,
     DEFAULT("false"),
     .plain = true,
     INTO(cf_harvester_model, bipolar),
     .doc = "Harvests when heat flows the other way, too."},
};

static const cf_schema_row vibration_model_rows[] = {
    MODEL_KIND,
    {.key = "mass",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_MASS,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, mass_kg),
     .doc = "Mass that swings."},
    {.key = "resonance",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_FREQUENCY,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, resonance_hz),
     .doc = "Its resonance."},
    {.key = "electrical_damping",
     .type = CF_TYPE_QUANTITY,
     REQUIRED,
     COST,
     SHARE_ABOVE_0,
     INTO(cf_harvester_model, electrical_damping),
     .doc = "Share of the critical damping that becomes power."},
    {.key = "mechanical_damping",
     .type = CF_TYPE_QUANTITY,
     REQUIRED,
     COST,
     SHARE_ABOVE_0,
     INTO(cf_harvester_model, mechanical_damping),
     .doc = "Share of the critical damping by friction."},
    {.key = "stroke",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_LENGTH,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, stroke_m),
     .doc = "Largest amplitude, from the middle to a stop."},
};

static const cf_schema_row share = {.key = "efficiency", .type = CF_TYPE_QUANTITY, SHARE};

static const cf_schema_row rf_model_rows[] = {
    MODEL_KIND,
    {.key = "transmit_power",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER,
     OPTIONAL,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, transmit_power_w),
     .doc = "Power into the transmitter's antenna; needed with a distance."},
    {.key = "transmit_gain",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("1"),
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, transmit_gain),
     .doc = "Gain of the transmitter's antenna as a ratio: 6 dBi is 3.98."},
    {.key = "receive_gain",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("1"),
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, receive_gain),
     .doc = "Gain of the receiving antenna as a ratio."},
    {.key = "frequency",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_FREQUENCY,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, frequency_hz),
     .doc = "Carrier frequency."},
    {.key = "aperture",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_AREA,
     OPTIONAL,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, aperture_m2),
     .doc = "Area of the field that the receiving antenna takes; needed with a power density."},
    {.key = "efficiency",
     .type = CF_TYPE_TABLE,
     .dimension = CF_DIM_POWER,
     REQUIRED,
     COST,
     ABOVE(0),
     .result = &share,
     .least = 1,
     .count = 16,
     INTO(cf_harvester_model, efficiency),
     .doc = "Efficiency of the rectifier against the power at its input; linear in the logarithm of the power, nothing "
            "below the first pair."},
};

static const cf_schema_row wind_model_rows[] = {
    MODEL_KIND,
    {.key = "area",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_AREA,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, area_m2),
     .doc = "Area that the rotor sweeps."},
    {.key = "power_coefficient",
     .type = CF_TYPE_QUANTITY,
     REQUIRED,
     COST,
     .ranged = true,
     .min_open = true,
     .min = 0,
     .max = 16.0 / 27,
     INTO(cf_harvester_model, power_coefficient),
     .doc = "Share of the wind that becomes power at the terminals; at most 16/27 (Betz)."},
    {.key = "air_density",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_DENSITY,
     DEFAULT("1.225 kg/m3"),
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, air_density_kg_m3),
     .doc = "Density of the air."},
    {.key = "cut_in",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_SPEED,
     REQUIRED,
     COST,
     FROM(0),
     INTO(cf_harvester_model, cut_in_ms),
     .doc = "Wind speed from which it turns."},
    {.key = "rated",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_SPEED,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, rated_ms),
     .doc = "Wind speed from which its power stays; above cut_in."},
    {.key = "cut_out",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_SPEED,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, cut_out_ms),
     .doc = "Wind speed from which it stands; above rated."},
};

static const cf_schema_row induction_model_rows[] = {
    MODEL_KIND,
    {.key = "power_per_current",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER_PER_CURRENT,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, w_per_a2),
     .doc = "Power per squared current of the line."},
    {.key = "saturation",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, saturation_w),
     .doc = "The most that its core can give."},
    {.key = "start",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_CURRENT,
     DEFAULT("0 A"),
     COST,
     FROM(0),
     INTO(cf_harvester_model, start_a),
     .doc = "Current of the line below which it gives nothing."},
};

static const cf_schema_row biofuel_model_rows[] = {
    MODEL_KIND,
    {.key = "power_density",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER_DENSITY,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, w_per_m2),
     .doc = "Power per area of the electrode."},
    {.key = "decay",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_TIME,
     OPTIONAL,
     COST,
     ABOVE(0),
     INTO(cf_harvester_model, decay_s),
     .doc = "Time constant with which it fades from the start of the run on."},
};

MODEL_SHAPE(pv_model, "pv", "A photovoltaic technology.", pv_model_rows, cf_harvester_model);
MODEL_SHAPE(thermoelectric_model, "thermoelectric", "A thermoelectric module.", thermoelectric_model_rows,
            cf_harvester_model);
MODEL_SHAPE(vibration_model, "vibration", "A mass on a spring, damped by a generator.", vibration_model_rows,
            cf_harvester_model);
MODEL_SHAPE(rf_model, "rf", "An antenna and its rectifier, and the transmitter that they listen to.", rf_model_rows,
            cf_harvester_model);
MODEL_SHAPE(wind_model, "wind", "A small wind turbine.", wind_model_rows, cf_harvester_model);
MODEL_SHAPE(induction_model, "induction", "A coil in the field of a power line.", induction_model_rows,
            cf_harvester_model);
MODEL_SHAPE(biofuel_model, "biofuel", "A fuel cell that lives on its surroundings.", biofuel_model_rows,
            cf_harvester_model);

const cf_schema_shape *const cf_schema_harvester[] = {
    [CF_HARVEST_PV] = &pv_model,
    [CF_HARVEST_THERMOELECTRIC] = &thermoelectric_model,
    [CF_HARVEST_VIBRATION] = &vibration_model,
    [CF_HARVEST_RF] = &rf_model,
    [CF_HARVEST_WIND] = &wind_model,
    [CF_HARVEST_INDUCTION] = &induction_model,
    [CF_HARVEST_BIOFUEL] = &biofuel_model,
    NULL,
};

/* ---- harvesters of a group ---- */
#define KIND                                                                                    \
  {                                                                                             \
    .key = "kind", .type = CF_TYPE_CHOICE, DEFAULT("pv"), .names = cf_schema_harvester_names,   \
    INTO(cf_harvester, kind), .doc = "What kind of harvester; it decides which keys there are." \
  }
#define MODEL(text)                                                                                            \
  {                                                                                                            \
    .key = "model", .type = CF_TYPE_MODEL, .kind = CF_MODEL_HARVESTER, REQUIRED, POINTER(cf_harvester, model), \
    .doc = (text)                                                                                              \
  }

static const cf_schema_row daily_rows[] = {
    {.key = "from",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_TIME,
     REQUIRED,
     .ranged = true,
     .min = 0,
     .max = 86400,
     INTO(cf_harvester, daily_from_s),
     .doc = "Local solar time at which it begins, from midnight."},
    {.key = "to",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_TIME,
     REQUIRED,
     .ranged = true,
     .min = 0,
     .max = 86400,
     INTO(cf_harvester, daily_to_s),
     .doc = "Local solar time at which it ends; before from: on the next day."},
};

static const cf_schema_shape daily_shape = {.name = "daily",
                                            .doc = "The hours of every day in which a source is there.",
                                            .row = daily_rows,
                                            .rows = COUNT_OF(daily_rows)};
#define DAILY                                                             \
  {                                                                       \
    .key = "daily", .type = CF_TYPE_MAP, OPTIONAL, .shape = &daily_shape, \
    .doc = "Hours of the day in which it is there; without it always."    \
  }

static const char *const transpositions[] = {"isotropic", "hay-davies", "perez", NULL};
/* Indices into cf_schema_heat_places. Tissue is not among them: where it touches the case it has its temperature. */
static const char *const heat_places[] = {"die", "case", "host", "air", NULL};
const cf_heat_place cf_schema_heat_places[] = {CF_HEAT_DIE, CF_HEAT_CASE, CF_HEAT_HOST, CF_HEAT_AIR};

static const cf_schema_row pv_rows[] = {
    KIND,
    MODEL("Its technology."),
    {.key = "area",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_AREA,
     REQUIRED,
     ABOVE(0),
     INTO(cf_harvester, area_m2),
     .doc = "Area of the panel."},
    {.key = "tilt",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_ANGLE,
     DEFAULT("0 deg"),
     WITHIN(0, DEGREES(90)),
     INTO(cf_harvester, tilt_rad),
     .doc = "Tilt from the horizontal."},
    {.key = "azimuth",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_ANGLE,
     DEFAULT("180 deg"),
     WITHIN(0, DEGREES(360)),
     INTO(cf_harvester, azimuth_rad),
     .doc = "Direction it faces, from north over east: 180 deg is south."},
    {.key = "soiling",
     .type = CF_TYPE_QUANTITY,
     DEFAULT("0 %"),
     COST,
     .ranged = true,
     .max_open = true,
     .min = 0,
     .max = 1,
     INTO(cf_harvester, soiling),
     .doc = "Share of light lost to dirt."},
    {.key = "transposition",
     .type = CF_TYPE_CHOICE,
     DEFAULT("perez"),
     .names = transpositions,
     INTO(cf_harvester, transposition),
     .doc = "How the light of the sky falls on a tilted panel."},
};

static const cf_schema_row thermoelectric_rows[] = {
    KIND,
    MODEL("Its module."),
    {.key = "from",
     .type = CF_TYPE_CHOICE,
     DEFAULT("host"),
     .names = heat_places,
     .entry = "place of heat",
     INTO(cf_harvester, from),
     .doc = "Its hot side; host is the wall that the node is mounted on, or the blood of the tissue it lies in."},
    {.key = "to",
     .type = CF_TYPE_CHOICE,
     DEFAULT("case"),
     .names = heat_places,
     .entry = "place of heat",
     INTO(cf_harvester, to),
     .doc = "Its cold side."},
};

static const cf_schema_row vibration_rows[] = {
    KIND,
    MODEL("Its generator."),
    {.key = "acceleration",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_ACCELERATION,
     OPTIONAL,
     COST,
     ABOVE(0),
     INTO(cf_harvester, acceleration_ms2),
     .doc = "Peak acceleration of what it sits on; without it that of place.machine, while it runs."},
    {.key = "frequency",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_FREQUENCY,
     OPTIONAL,
     COST,
     ABOVE(0),
     INTO(cf_harvester, frequency_hz),
     .doc = "Frequency of that acceleration; without it the resonance of the model."},
    DAILY,
};

static const cf_schema_row rf_rows[] = {
    KIND,
    MODEL("Its antenna and rectifier."),
    {.key = "distance",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_LENGTH,
     OPTIONAL,
     ABOVE(0),
     INTO(cf_harvester, distance_m),
     .doc = "Distance from the transmitter; or say power_density."},
    {.key = "power_density",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER_DENSITY,
     OPTIONAL,
     COST,
     ABOVE(0),
     INTO(cf_harvester, power_density_w_per_m2),
     .doc = "Power density of the field where it is; or say distance."},
    DAILY,
};

static const cf_schema_row wind_rows[] = {
    KIND,
    MODEL("Its turbine, in the wind of the place."),
};

static const cf_schema_row induction_rows[] = {
    KIND,
    MODEL("Its coil, at the line of the place."),
};

static const cf_schema_row biofuel_rows[] = {
    KIND,
    MODEL("Its cell."),
    {.key = "area",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_AREA,
     REQUIRED,
     ABOVE(0),
     INTO(cf_harvester, area_m2),
     .doc = "Area of its electrode."},
};

static const cf_schema_row constant_rows[] = {
    KIND,
    {.key = "power",
     .type = CF_TYPE_QUANTITY,
     .dimension = CF_DIM_POWER,
     REQUIRED,
     COST,
     ABOVE(0),
     INTO(cf_harvester, power_w),
     .doc = "Its power."},
    DAILY,
};

static const cf_schema_row trace_rows[] = {
    KIND,
    {.key = "file",
     .type = CF_TYPE_FILE,
     REQUIRED,
     .unstored = true,
     .doc = "CSV with a time column (t_s, t_ms or time_utc) and its power."},
    {.key = "column",
     .type = CF_TYPE_TEXT,
     OPTIONAL,
     .unstored = true,
     .doc = "Column of the power, its unit at the end of the name, such as power_mw; without it the only one."},
    {.key = "repeat",
     .type = CF_TYPE_BOOL,
     DEFAULT("false"),
     INTO(cf_harvester, repeat),
     .doc = "Begin again behind the last row; else its value stays."},
};

#define HARVESTER_SHAPE(variable, label, text, table) \
  static const cf_schema_shape variable = {           \
      .name = (label), .doc = (text), .row = (table), .rows = COUNT_OF(table), .size = sizeof(cf_harvester)}
HARVESTER_SHAPE(pv, "pv", "A photovoltaic panel.", pv_rows);
HARVESTER_SHAPE(thermoelectric, "thermoelectric", "A thermoelectric generator between two places of the node.",
                thermoelectric_rows);
HARVESTER_SHAPE(vibration, "vibration", "A generator that is shaken.", vibration_rows);
HARVESTER_SHAPE(rf, "rf", "A harvester of radio waves.", rf_rows);
HARVESTER_SHAPE(wind, "wind", "A wind turbine.", wind_rows);
HARVESTER_SHAPE(induction, "induction", "A coil at a power line.", induction_rows);
HARVESTER_SHAPE(biofuel, "biofuel", "A fuel cell.", biofuel_rows);
HARVESTER_SHAPE(constant, "constant", "A source of constant power, such as a charger.", constant_rows);
HARVESTER_SHAPE(trace, "trace", "A measured power.", trace_rows);

const cf_schema_shape *const cf_schema_harvester_shapes[] = {
    [CF_HARVEST_PV] = &pv,
    [CF_HARVEST_THERMOELECTRIC] = &thermoelectric,
    [CF_HARVEST_VIBRATION] = &vibration,
    [CF_HARVEST_RF] = &rf,
    [CF_HARVEST_WIND] = &wind,
    [CF_HARVEST_INDUCTION] = &induction,
    [CF_HARVEST_BIOFUEL] = &biofuel,
    [CF_HARVEST_CONSTANT] = &constant,
    [CF_HARVEST_TRACE] = &trace,
    NULL,
};
