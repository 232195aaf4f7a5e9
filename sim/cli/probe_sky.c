/* coldfleet probe sky: the light of a clear sky, at instants or over days. */
#include "cli/probe_sky.h"

#include "cli/probe.h"
#include "base/civil.h"

enum { MINUTES = 1440 };
enum { TILT = CF_SKY_OWN, SURFACE_AZIMUTH, ALBEDO };
enum { DAY_GHI, DAY_HAURWITZ, DAY_PLANE, DAY_MAX, DAY_SUN };

static const cf_probe_input day_inputs[] = {
    {"utc_day", CF_PROBE_INSTANT, true, NAN, "the day, 2026-03-20, in place of time_utc"},
    CF_SKY_PLACE,
    {"tilt_deg", CF_PROBE_NUMBER, false, NAN, "of a plane; 90 is upright"},
    {"surf_azimuth_deg", CF_PROBE_NUMBER, false, NAN, "of the plane, from north over east"},
    {"albedo", CF_PROBE_NUMBER, false, 0.2, "of the ground"},
    {0}};
static const cf_probe_output day_outputs[] = {
    {"ghi_ineichen_whm2", CF_PROBE_REAL, "sum over the UTC day, a value per minute"},
    {"ghi_haurwitz_whm2", CF_PROBE_REAL, "the same by Haurwitz"},
    {"poa_iso_whm2", CF_PROBE_REAL, "on the plane (Ineichen, Perez; isotropic sky)"},
    {"poa_max_wm2", CF_PROBE_REAL, "the largest of the minutes, on the plane"},
    {"minutes_sun_up", CF_PROBE_COUNT, "minutes with the apparent sun above the horizon"},
    {0}};

static bool compute_day(void *study, const cf_probe_row *row) {
  (void)study;
  const double *in = row->in;
  cf_sun_place place;
  bool defined;
  if (!cf_probe_place(row, &place, &defined) || !cf_probe_within(row, TILT, 0.0, 180.0) ||
      !cf_probe_within(row, SURFACE_AZIMUTH, -360.0, 360.0) || !cf_probe_within(row, ALBEDO, 0.0, 1.0))
    return false;
  if (!defined || isnan(in[CF_SKY_LINKE])) return true;
  double begin_s = floor(in[CF_SKY_TIME] / CF_DAY_S) * CF_DAY_S;
  bool has_plane = !isnan(in[TILT] + in[SURFACE_AZIMUTH] + in[ALBEDO]);
  cf_plane plane = has_plane ? cf_plane_make(in[TILT] * CF_DEG, in[SURFACE_AZIMUTH] * CF_DEG) : (cf_plane){0};
  cf_clear_sky clear = cf_clear_sky_make(place.altitude_m, place.pressure_pa, in[CF_SKY_LINKE]);
  double ghi = 0.0, haurwitz = 0.0, on_plane = 0.0, most = 0.0, up = 0.0;
  for (int minute = 0; minute < MINUTES; minute++) {
    cf_probe_sky_state at = cf_probe_sky_at(&place, begin_s + minute * 60.0);
    cf_clear_sky_at(&clear, at.sky.zenith_rad, at.sky.cos_zenith, at.sky.extraterrestrial_wm2, &at.sky.light);
    ghi += at.sky.light.ghi_wm2;
    haurwitz += cf_sky_haurwitz_ghi_wm2(at.sun.up);
    up += at.sun.up > 0.0;
    if (!has_plane) continue;
    double total = cf_plane_total_wm2(
        cf_plane_light_at(&plane, CF_SKY_ISOTROPIC, &at.sky, cf_plane_cos_incidence(&plane, &at.sun), in[ALBEDO]));
    on_plane += total;
    most = fmax(most, total);
  }
  row->out[DAY_GHI] = ghi / 60.0;
  row->out[DAY_HAURWITZ] = haurwitz / 60.0;
  row->out[DAY_PLANE] = has_plane ? on_plane / 60.0 : (double)NAN;
  row->out[DAY_MAX] = has_plane ? most : (double)NAN;
  row->out[DAY_SUN] = up;
  return true;
}

const cf_probe_table cf_probe_daily = {"probe sky", day_inputs, day_outputs, compute_day, NULL};

/* Instants. */
enum { EXTRA, AIRMASS, ABSOLUTE, GHI, DNI, DHI, HAURWITZ };

static const cf_probe_input inputs[] = {CF_SKY_INPUTS, {0}};
static const cf_probe_output outputs[] = {
    {"dni_extra_spencer_wm2", CF_PROBE_REAL, "outside the atmosphere, facing the sun (Spencer)"},
    {"airmass_rel_kastenyoung", CF_PROBE_REAL, "relative airmass (Kasten, Young); empty at night"},
    {"airmass_abs", CF_PROBE_REAL, "times pressure / 101325 Pa"},
    {"ghi_ineichen_wm2", CF_PROBE_REAL, "clear sky (Ineichen, Perez): global on the horizontal"},
    {"dni_ineichen_wm2", CF_PROBE_REAL, "beam, facing the sun"},
    {"dhi_ineichen_wm2", CF_PROBE_REAL, "diffuse on the horizontal"},
    {"ghi_haurwitz_wm2", CF_PROBE_REAL, "clear sky (Haurwitz): global on the horizontal"},
    {0}};

static bool compute(void *study, const cf_probe_row *row) {
  (void)study;
  cf_sun_place place;
  bool defined;
  if (!cf_probe_place(row, &place, &defined)) return false;
  if (!defined) return true;
  double *out = row->out;
  cf_probe_sky_state at = cf_probe_sky_at(&place, row->in[CF_SKY_TIME]);
  out[EXTRA] = at.sky.extraterrestrial_wm2;
  out[AIRMASS] = at.sky.airmass;
  out[ABSOLUTE] = at.sky.airmass * (place.pressure_pa / 101325.0);
  out[HAURWITZ] = cf_sky_haurwitz_ghi_wm2(at.sun.up);
  if (isnan(row->in[CF_SKY_LINKE])) return true;
  cf_clear_sky clear = cf_clear_sky_make(place.altitude_m, place.pressure_pa, row->in[CF_SKY_LINKE]);
  cf_irradiance light;
  cf_clear_sky_at(&clear, at.sky.zenith_rad, at.sky.cos_zenith, at.sky.extraterrestrial_wm2, &light);
  out[GHI] = light.ghi_wm2;
  out[DNI] = light.dni_wm2;
  out[DHI] = light.dhi_wm2;
  return true;
}

const cf_probe_table cf_probe_sky = {"probe sky", inputs, outputs, compute, &cf_probe_daily};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_probe_sky, argc, argv, NULL, &words, 0, 1);
  return status ? status : cf_probe_run(cli, &cf_probe_sky, NULL, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) {
  cf_probe_explain(&cf_probe_sky, out);
  fputs("\nOver days, where the table has utc_day and no time_utc:", out);
  cf_probe_explain(&cf_probe_daily, out);
}

static const cf_flag flags[] = {{0}};
const cf_command cf_command_probe_sky = {
    .name = "probe sky",
    .line = "the light of a clear sky, at instants or over days",
    .usage = "[FILE]",
    .example =
        "printf 'utc_day,lat_deg,lon_deg\\n2026-03-20,36.1,-79.8\\n2026-06-21,36.1,-79.8\\n' | coldfleet probe sky",
    .flags = flags,
    .more = more,
    .run = run,
};
