/* coldfleet probe sun: where the sun stands. */
#include "cli/probe.h"
#include "cli/probe_sky.h"
#include "base/civil.h"

bool cf_probe_place(const cf_probe_row *row, cf_sun_place *place, bool *defined) {
  const double *in = row->in;
  if (!cf_probe_within(row, CF_SKY_LATITUDE, -90.0, 90.0) || !cf_probe_within(row, CF_SKY_LONGITUDE, -180.0, 360.0) ||
      !cf_probe_within(row, CF_SKY_ALTITUDE, -500.0, 9000.0) ||
      !cf_probe_within(row, CF_SKY_PRESSURE, 20000.0, 120000.0) || !cf_probe_within(row, CF_SKY_LINKE, 1.0, 12.0))
    return false;
  *defined = !isnan(in[CF_SKY_TIME] + in[CF_SKY_LATITUDE] + in[CF_SKY_LONGITUDE] + in[CF_SKY_ALTITUDE]);
  if (!*defined) return true;
  double longitude = in[CF_SKY_LONGITUDE] > 180.0 ? in[CF_SKY_LONGITUDE] - 360.0 : in[CF_SKY_LONGITUDE];
  *place = cf_sun_place_at(in[CF_SKY_LATITUDE] * CF_DEG, longitude * CF_DEG, in[CF_SKY_ALTITUDE]);
  if (isnan(in[CF_SKY_PRESSURE])) return true;
  place->refraction_rad *= in[CF_SKY_PRESSURE] / place->pressure_pa; /* in proportion to the pressure */
  place->pressure_pa = in[CF_SKY_PRESSURE];
  return true;
}

double cf_probe_extraterrestrial_wm2(double unix_s) {
  return cf_sky_extraterrestrial_wm2((double)cf_civil_date((int64_t)floor(unix_s / CF_DAY_S)).day_of_year);
}

cf_probe_sky_state cf_probe_sky_at(const cf_sun_place *place, double unix_s) {
  cf_probe_sky_state state = {0};
  cf_sun_at(place, unix_s, &state.sun);
  state.sky.cos_zenith = state.sun.up;
  state.sky.zenith_rad = state.sun.apparent_zenith_rad;
  state.sky.airmass = state.sun.up > 0.0 ? cf_sky_airmass(state.sun.apparent_zenith_rad) : (double)NAN;
  state.sky.extraterrestrial_wm2 = cf_probe_extraterrestrial_wm2(unix_s);
  return state;
}

enum { ZENITH, APPARENT, AZIMUTH, EOT, EXTRA, AIRMASS, ABSOLUTE };

static const cf_probe_input inputs[] = {CF_SKY_INPUTS, {0}};
static const cf_probe_output outputs[] = {
    {"zenith_deg", CF_PROBE_REAL, "angle to the vertical, without refraction"},
    {"apparent_zenith_deg", CF_PROBE_REAL, "with it"},
    {"azimuth_deg", CF_PROBE_REAL, "from north over east"},
    {"eot_min", CF_PROBE_REAL, "equation of time: apparent minus mean solar time"},
    {"dni_extra_spencer_wm2", CF_PROBE_REAL, "outside the atmosphere, facing the sun (Spencer)"},
    {"airmass_rel_kastenyoung", CF_PROBE_REAL, "relative airmass (Kasten, Young); empty at night"},
    {"airmass_abs", CF_PROBE_REAL, "times pressure / 101325 Pa"},
    {0}};

static bool compute(void *study, const cf_probe_row *row) {
  (void)study;
  cf_sun_place place;
  bool defined;
  if (!cf_probe_place(row, &place, &defined)) return false;
  if (!defined) return true;
  double unix_s = row->in[CF_SKY_TIME], *out = row->out;
  cf_probe_sky_state at = cf_probe_sky_at(&place, unix_s);
  out[ZENITH] = at.sun.zenith_rad / CF_DEG;
  out[APPARENT] = at.sun.apparent_zenith_rad / CF_DEG;
  out[AZIMUTH] = cf_sun_azimuth_rad(&at.sun) / CF_DEG;
  out[EOT] = cf_sun_equation_of_time_s(unix_s) / 60.0;
  out[EXTRA] = at.sky.extraterrestrial_wm2;
  out[AIRMASS] = at.sky.airmass;
  out[ABSOLUTE] = at.sky.airmass * (place.pressure_pa / 101325.0);
  return true;
}

const cf_probe_table cf_probe_sun = {"probe sun", inputs, outputs, compute, NULL};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_probe_sun, argc, argv, NULL, &words, 0, 1);
  return status ? status : cf_probe_run(cli, &cf_probe_sun, NULL, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) { cf_probe_explain(&cf_probe_sun, out); }

static const cf_flag flags[] = {{0}};
const cf_command cf_command_probe_sun = {
    .name = "probe sun",
    .line = "where the sun stands",
    .usage = "[FILE]",
    .example = "printf 'time_utc,lat_deg,lon_deg,alt_m\\n2026-03-20T12:00:00Z,36.1,-79.8,270\\n' | coldfleet probe sun",
    .flags = flags,
    .more = more,
    .run = run,
};
