#include "physics/machine.h"

#include "base/remath.h"

#include <math.h>

#define HOUR_NS (INT64_C(3600) * CF_NS_PER_S)
#define LONGEST_NS (INT64_C(1) << 61)

/* ---- Duty ------------------------------------------------------------------------------------------------------ */

cf_status cf_machine_duty_cycle(int64_t on_ns, int64_t off_ns, int64_t phase_ns, cf_machine_duty *duty, cf_diag *diag) {
  if (on_ns < 0 || off_ns < 0 || on_ns >= LONGEST_NS || off_ns >= LONGEST_NS - on_ns || on_ns + off_ns == 0)
    return cf_fail(diag, CF_INPUT, "a machine cannot be on for %.9g s and off for %.9g s in turn", cf_ticks_to_s(on_ns),
                   cf_ticks_to_s(off_ns));
  *duty = (cf_machine_duty){.switches = 1, .period_ns = on_ns + off_ns, .phase_ns = phase_ns};
  duty->on[0] = on_ns > 0;
  if (on_ns > 0 && off_ns > 0) {
    duty->switch_ns[1] = on_ns;
    duty->switches = 2;
  }
  return CF_OK;
}

void cf_machine_duty_hours(const bool on[24], int64_t day_ns, cf_machine_duty *duty) {
  *duty = (cf_machine_duty){.period_ns = 24 * HOUR_NS, .phase_ns = day_ns};
  for (int hour = 0; hour < 24; hour++) {
    if (hour > 0 && on[hour] == on[hour - 1]) continue;
    duty->switch_ns[duty->switches] = hour * HOUR_NS;
    duty->on[duty->switches++] = on[hour];
  }
}

static int64_t end_ns(const cf_machine_duty *duty, uint32_t stretch) {
  return stretch + 1 < duty->switches ? duty->switch_ns[stretch + 1] : duty->period_ns;
}

static double stretch_s(const cf_machine_duty *duty, uint32_t stretch) {
  return cf_ticks_to_s(end_ns(duty, stretch) - duty->switch_ns[stretch]);
}

double cf_machine_on_share(const cf_machine_duty *duty) {
  int64_t on_ns = 0;
  for (uint32_t i = 0; i < duty->switches; i++)
    if (duty->on[i]) on_ns += end_ns(duty, i) - duty->switch_ns[i];
  return (double)on_ns / (double)duty->period_ns;
}

static cf_status check_duty(const cf_machine_duty *duty, cf_diag *diag) {
  bool rises = duty->switches >= 1 && duty->switches <= CF_MACHINE_SWITCHES && duty->switch_ns[0] == 0 &&
               duty->period_ns > 0 && duty->period_ns < LONGEST_NS;
  for (uint32_t i = 0; rises && i < duty->switches; i++) rises = end_ns(duty, i) > duty->switch_ns[i];
  return rises ? CF_OK
               : cf_fail(diag, CF_INPUT, "the switching times of a machine must rise from 0 to below its period");
}

/* ---- Wall ------------------------------------------------------------------------------------------------------ */

typedef struct wall {
  const cf_machine *machine;
  double start_k[CF_MACHINE_SWITCHES]; /* at the beginning of each stretch, periodic state */
} wall;

static double tau_s(const cf_machine *machine, bool on) { return on ? machine->warm_up_s : machine->cool_down_s; }

static double target_k(const cf_machine *machine, bool on) { return on ? machine->on_k : machine->off_k; }

static double after_k(const cf_machine *machine, bool on, double from_k, double elapsed_s) {
  double to_k = target_k(machine, on);
  return to_k + (from_k - to_k) * cf_exp(-elapsed_s / tau_s(machine, on));
}

/* Over a period the temperature T goes to share T + rest, share = exp(-sum elapsed/tau), so it starts from rest / (1 -
 * share). In a period far shorter than the time constants both are small: expm1 keeps their digits. */
static void find_start(wall *w) {
  const cf_machine *machine = w->machine;
  const cf_machine_duty *duty = &machine->duty;
  double exponent = 0.0, rest_k = 0.0; /* temperatures counted from off_k */
  for (uint32_t i = 0; i < duty->switches; i++) {
    double lengths = stretch_s(duty, i) / tau_s(machine, duty->on[i]);
    exponent += lengths;
    rest_k += (rest_k - (target_k(machine, duty->on[i]) - machine->off_k)) * cf_expm1(-lengths);
  }
  double start_k = machine->off_k - rest_k / cf_expm1(-exponent);
  for (uint32_t i = 0; i < duty->switches; i++) {
    w->start_k[i] = start_k;
    start_k = after_k(machine, duty->on[i], start_k, stretch_s(duty, i));
  }
}

static double wall_at(const void *context, double x_s) {
  const wall *w = context;
  const cf_machine_duty *duty = &w->machine->duty;
  uint32_t i = 0;
  while (i + 1 < duty->switches && cf_ticks_to_s(duty->switch_ns[i + 1]) <= x_s) i++;
  return after_k(w->machine, duty->on[i], w->start_k[i], x_s - cf_ticks_to_s(duty->switch_ns[i]));
}

/* ---- Drivers --------------------------------------------------------------------------------------------------- */

static cf_status make_held(cf_arena *arena, const cf_machine_duty *duty, double on, double off, cf_profile *profile,
                           cf_diag *diag) {
  double value[CF_MACHINE_SWITCHES];
  for (uint32_t i = 0; i < duty->switches; i++) value[i] = duty->on[i] ? on : off;
  cf_profile_knots knots = {.count = duty->switches,
                            .t_ns = duty->switch_ns,
                            .value = value,
                            .period_ns = duty->period_ns,
                            .phase_ns = duty->phase_ns,
                            .hold = true};
  return cf_profile_make(arena, &knots, profile, diag);
}

static cf_status make_wall(cf_arena *arena, const cf_machine *machine, cf_profile *profile, cf_diag *diag) {
  const cf_machine_duty *duty = &machine->duty;
  wall w = {.machine = machine};
  find_start(&w);
  int64_t break_ns[CF_MACHINE_SWITCHES + 1];
  for (uint32_t i = 0; i < duty->switches; i++) break_ns[i] = duty->switch_ns[i];
  break_ns[duty->switches] = duty->period_ns;
  cf_profile_smooth smooth = {.function = {wall_at, &w},
                              .breaks = duty->switches + 1,
                              .break_ns = break_ns,
                              .period_ns = duty->period_ns,
                              .phase_ns = duty->phase_ns,
                              .tolerance = machine->tolerance_k};
  return cf_profile_fit(arena, &smooth, profile, diag);
}

static bool positive(double x) { return x > 0.0 && isfinite(x); }

static bool not_negative(double x) { return x >= 0.0 && isfinite(x); }

static cf_status check(const cf_machine *machine, cf_diag *diag) {
  double least_k = machine->above_air ? -200.0 : 100.0;
  if (!(machine->on_k >= least_k && machine->on_k <= 2000.0 && machine->off_k >= least_k && machine->off_k <= 2000.0))
    return cf_fail(diag, CF_INPUT, "a machine's wall at %g K (on) and %g K (off) is not within %g..2000 K%s",
                   machine->on_k, machine->off_k, least_k, machine->above_air ? " above the air" : "");
  if (!positive(machine->warm_up_s) || !positive(machine->cool_down_s))
    return cf_fail(diag, CF_INPUT, "a machine's time constants must be above zero, not %g s and %g s",
                   machine->warm_up_s, machine->cool_down_s);
  if (!not_negative(machine->vibration_on_ms2) || !not_negative(machine->vibration_off_ms2) ||
      !not_negative(machine->vibration_hz))
    return cf_fail(diag, CF_INPUT, "a machine's vibration must not be negative");
  if (!not_negative(machine->shaft_on_w) || !not_negative(machine->shaft_off_w))
    return cf_fail(diag, CF_INPUT, "a machine's shaft power must not be negative");
  return check_duty(&machine->duty, diag);
}

cf_status cf_machine_make(cf_arena *arena, const cf_machine *machine, cf_machine_drivers *drivers, cf_diag *diag) {
  const cf_machine_duty *duty = &machine->duty;
  drivers->above_air = machine->above_air;
  drivers->vibration_hz = machine->vibration_hz;
  cf_status status = check(machine, diag);
  if (status == CF_OK) status = make_wall(arena, machine, &drivers->wall_k, diag);
  if (status == CF_OK)
    status =
        make_held(arena, duty, machine->vibration_on_ms2, machine->vibration_off_ms2, &drivers->vibration_ms2, diag);
  if (status == CF_OK)
    status = make_held(arena, duty, machine->shaft_on_w, machine->shaft_off_w, &drivers->shaft_w, diag);
  return status;
}
