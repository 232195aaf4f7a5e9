/* coldfleet probe riseset: sunrise, transit and sunset of days. */
#include "cli/probe.h"
#include "cli/probe_sky.h"
#include "base/civil.h"

enum { RISE, TRANSIT, SET };

static const cf_probe_input inputs[] = {{"utc_day", CF_PROBE_INSTANT, true, NAN, "the day, 2026-03-20"},
                                        {"lat_deg", CF_PROBE_NUMBER, true, NAN, "latitude, north positive"},
                                        {"lon_deg", CF_PROBE_NUMBER, true, NAN, "longitude, east positive"},
                                        {0}};
static const cf_probe_output outputs[] = {
    {"sunrise", CF_PROBE_TIME, "UTC; upper limb at the horizon, with refraction; empty where it stays up or down"},
    {"transit", CF_PROBE_TIME, "the one in the UTC day"},
    {"sunset", CF_PROBE_TIME, "as sunrise"},
    {0}};

/* The morning before and the evening after the transit. Where one of them is not in the UTC day, that of the UTC day is
 * taken and put a day earlier or later, as the NREL SPA does (I. Reda, A. Andreas, NREL/TP-560-34302, appendix A.2): so
 * each row is a function of its own day alone. */
static bool compute(void *study, const cf_probe_row *row) {
  (void)study;
  const double *in = row->in;
  cf_sun_day today, other;
  if (!cf_probe_within(row, CF_SKY_LATITUDE, -90.0, 90.0) || !cf_probe_within(row, CF_SKY_LONGITUDE, -180.0, 360.0))
    return false;
  if (isnan(in[CF_SKY_TIME] + in[CF_SKY_LATITUDE] + in[CF_SKY_LONGITUDE])) return true;
  double longitude = in[CF_SKY_LONGITUDE] > 180.0 ? in[CF_SKY_LONGITUDE] - 360.0 : in[CF_SKY_LONGITUDE];
  cf_sun_place place = cf_sun_place_at(in[CF_SKY_LATITUDE] * CF_DEG, longitude * CF_DEG, 0.0);
  int64_t day = (int64_t)floor(in[CF_SKY_TIME] / CF_DAY_S);
  double begin_s = (double)(day * CF_DAY_S), end_s = begin_s + CF_DAY_S;
  cf_sun_day_at(&place, day, &today);
  row->out[TRANSIT] = today.transit_unix_s;
  row->out[RISE] = today.rise_unix_s;
  row->out[SET] = today.set_unix_s;
  if (today.crosses && today.rise_unix_s < begin_s) {
    cf_sun_day_at(&place, day + 1, &other);
    row->out[RISE] = other.rise_unix_s - CF_DAY_S;
  }
  if (today.crosses && today.set_unix_s >= end_s) {
    cf_sun_day_at(&place, day - 1, &other);
    row->out[SET] = other.set_unix_s + CF_DAY_S;
  }
  return true;
}

const cf_probe_table cf_probe_riseset = {"probe riseset", inputs, outputs, compute, NULL};

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  cf_words words;
  cf_status status = cf_cli_read(cli, &cf_command_probe_riseset, argc, argv, NULL, &words, 0, 1);
  return status ? status : cf_probe_run(cli, &cf_probe_riseset, NULL, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) {
  cf_probe_explain(&cf_probe_riseset, out);
  fputs(
      "Where the morning or the evening of the transit falls into another UTC day, the one in the\n"
      "UTC day is given, 24 h earlier or later (as the NREL SPA does).\n",
      out);
}

static const cf_flag flags[] = {{0}};
const cf_command cf_command_probe_riseset = {
    .name = "probe riseset",
    .line = "sunrise, transit and sunset of days",
    .usage = "[FILE]",
    .example = "printf 'utc_day,lat_deg,lon_deg\\n2026-03-20,45,8\\n2026-06-21,45,8\\n' | coldfleet probe riseset",
    .flags = flags,
    .more = more,
    .run = run,
};
