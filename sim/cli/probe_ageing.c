/* coldfleet probe ageing: what heat, charge and cycles leave of a cell, of a part, of tissue. */
#include "cli/probe.h"
#include "config/decimal.h"

#include <string.h>

#define ZERO_DEGC 273.15

enum { TEMPERATURE, SHARE, SPAN, TURN };
enum { LEFT, CALENDAR, CYCLING, HALF_CYCLES, LIFE, DOSE };

static const cf_probe_input inputs[] = {
    {"temp_c", CF_PROBE_NUMBER, true, NAN, "temperature in this span of time"},
    {"charge_share", CF_PROBE_NUMBER, true, NAN, "state of charge in it, 0 to 1"},
    {"span_s", CF_PROBE_NUMBER, true, NAN, "its length"},
    {"turn_share", CF_PROBE_NUMBER, false, NAN, "state of charge at a turning point at its end"},
    {0}};
static const cf_probe_output outputs[] = {
    {"capacity_share", CF_PROBE_REAL, "what is left of the capacity at the end of the span"},
    {"calendar_loss_share", CF_PROBE_REAL, "lost to time, heat and charge"},
    {"cycle_damage_share", CF_PROBE_REAL, "of the life in closed cycles; 1 is its end"},
    {"half_cycles", CF_PROBE_REAL, "closed so far (rainflow)"},
    {"life_s", CF_PROBE_REAL, "of electronics: so many seconds at 55 degC (Arrhenius, 0.7 eV)"},
    {"cem43_s", CF_PROBE_REAL, "dose of tissue: so many seconds at 43 degC"},
    {0}};

static const double life_activation_k = 8123.0, life_reference_k = 328.15; /* 0.7 eV; 55 degC */

static bool compute(void *self, const cf_probe_row *row) {
  cf_probe_study *study = self;
  const double *in = row->in;
  if (!cf_probe_within(row, TEMPERATURE, -200.0, 1000.0) || !cf_probe_within(row, SHARE, 0.0, 1.0) ||
      !cf_probe_within(row, SPAN, 0.0, 1e12) || !cf_probe_within(row, TURN, 0.0, 1.0))
    return false;
  if (isnan(in[TEMPERATURE] + in[SHARE] + in[SPAN])) return true;
  double temp_k = in[TEMPERATURE] + ZERO_DEGC;
  cf_ageing_rest(&study->ageing, temp_k, in[SHARE], in[SPAN], &study->age);
  if (!isnan(in[TURN])) cf_ageing_turn(&study->ageing, in[TURN], &study->age);
  study->life_s += cf_arrhenius_s(life_activation_k, life_reference_k, temp_k, in[SPAN]);
  study->dose_s += cf_cem43_s(temp_k, in[SPAN]);
  row->out[LEFT] = cf_ageing_left(&study->ageing, &study->age);
  row->out[CALENDAR] = sqrt(study->age.calendar);
  row->out[CYCLING] = study->age.cycle_damage;
  row->out[HALF_CYCLES] = study->age.half_cycles;
  row->out[LIFE] = study->life_s;
  row->out[DOSE] = study->dose_s;
  return true;
}

const cf_probe_table cf_probe_ageing = {"probe ageing", inputs, outputs, compute, NULL};

typedef struct ageing_flags {
  const char *calendar, *cycles, *end;
} ageing_flags;

#define AT(field) offsetof(ageing_flags, field)
static const cf_flag flags[] = {
    {"calendar", 0, CF_FLAG_TEXT, "q0,a,b,c", "1.02, 2.66e-3 per square root of a day, -7280 K, 930 K unless given",
     AT(calendar), 0},
    {"cycles", 0, CF_FLAG_TEXT, "d:n,...", "cycles to the end of life by depth, 0.1:20000,1:1000; none unless given",
     AT(cycles), 0},
    {"end", 0, CF_FLAG_TEXT, "SHARE", "capacity at that end; 0.8 unless given", AT(end), 0},
    {0}};

/* Numbers with any of `between` between them; false when there are not from `least` to `most` of them. */
static bool numbers(const char *text, const char *between, double *value, unsigned least, unsigned most,
                    unsigned *count) {
  for (*count = 0; *count < most; text++) {
    size_t length = strcspn(text, between);
    if (cf_decimal_double(text, length, 0, &value[(*count)++]) != CF_DECIMAL_OK) return false;
    text += length;
    if (!*text) return *count >= least;
  }
  return false;
}

static cf_status law_of(const ageing_flags *given, cf_ageing_law *law, cf_diag *diag) {
  double value[2 * CF_CYCLE_POINTS];
  unsigned count;
  *law = (cf_ageing_law){.q0 = 1.02, .a_per_sqrt_day = 2.66e-3, .b_k = -7280.0, .c_k = 930.0, .end_share = 0.8};
  if (given->calendar) {
    if (!numbers(given->calendar, ",", value, 4, 4, &count))
      return cf_fail(diag, CF_USAGE, "--calendar takes four numbers: q0,a,b,c, not '%s'", given->calendar);
    law->q0 = value[0];
    law->a_per_sqrt_day = value[1];
    law->b_k = value[2];
    law->c_k = value[3];
  }
  if (given->cycles) {
    if (!numbers(given->cycles, ",:", value, 2, 2 * CF_CYCLE_POINTS, &count) || count % 2 != 0)
      return cf_fail(diag, CF_USAGE, "--cycles takes up to %d pairs: depth:cycles,..., not '%s'", CF_CYCLE_POINTS,
                     given->cycles);
    law->points = count / 2;
    for (unsigned i = 0; i < law->points; i++) {
      law->depth[i] = value[2 * i];
      law->cycles[i] = value[2 * i + 1];
    }
  }
  cf_status status = cf_probe_quantity("end", given->end, CF_DIM_NONE, &law->end_share, diag);
  return status ? status : cf_ageing_check(law, diag);
}

static cf_status run(const cf_cli *cli, int argc, char **argv) {
  ageing_flags given = {0};
  cf_words words;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_probe_study study = cf_probe_study_new();
  cf_status status = cf_cli_read(cli, &cf_command_probe_ageing, argc, argv, &given, &words, 0, 1);
  if (status) return status;
  status = law_of(&given, &study.ageing, &diag);
  if (status) return cf_cli_tell(cli, &diag, status);
  return cf_probe_run(cli, &cf_probe_ageing, &study, words.count ? words.word[0] : NULL);
}

static void more(FILE *out) {
  cf_probe_explain(&cf_probe_ageing, out);
  fputs("\nRows follow each other in time: each adds its span to those above it.\n", out);
}

const cf_command cf_command_probe_ageing = {
    .name = "probe ageing",
    .line = "what heat, charge and cycles leave of a cell, of a part, of tissue",
    .usage = "[--calendar q0,a,b,c] [--cycles d:n,...] [--end SHARE] [FILE]",
    .about = "Calendar ageing by the law of the System Advisor Model for Li-ion cells, in a form that needs no step.",
    .example =
        "printf 'temp_c,charge_share,span_s,turn_share\\n25,0.6,43200,0.9\\n25,0.6,43200,0.3\\n"
        "30,0.6,43200,0.9\\n' | coldfleet probe ageing --cycles 0.1:20000,1:1000",
    .flags = flags,
    .more = more,
    .run = run,
};
