/* A machine as a driver of the nodes that sit on it: it runs for a while and stands for a while, again and again. Its
 * wall warms up and cools down, its frame vibrates, its shaft turns.
 *
 * The wall is one heat capacity: while the machine runs its temperature tends to on_k with the time constant warm_up_s,
 * while it stands to off_k with cool_down_s, exponentially. It is taken in its periodic state, which is a closed form:
 * over a period the temperature goes through an affine map, whose fixed point it starts from. So the profile has no
 * transient at the start and no seam between periods. The profile as loaded is straight between knots, at most
 * tolerance_k from the exponential.
 *
 * Temperatures are absolute, or a rise above the air that is added to the air of the same instant (`above_air`): exact
 * for a wall in air that does not change, and the wall is taken to follow the air at once. Off, above the air, is
 * usually 0. Vibration (peak acceleration, at one frequency) and shaft power are held: they switch with the machine. */
#ifndef CF_PHYSICS_MACHINE_H
#define CF_PHYSICS_MACHINE_H

#include "physics/profile.h"

enum { CF_MACHINE_SWITCHES = 24 };

/* When it runs: switch_ns[i] begins a stretch with state on[i], which ends at the next one or with the period. */
typedef struct cf_machine_duty {
  uint32_t switches;                      /* 1: always the same */
  int64_t switch_ns[CF_MACHINE_SWITCHES]; /* from 0, rising */
  bool on[CF_MACHINE_SWITCHES];
  int64_t period_ns;
  int64_t phase_ns; /* time since a period began, at instant 0 */
} cf_machine_duty;

/* On for on_ns, then off for off_ns; one of them may be 0. CF_INPUT when one is negative, both are 0, or the period is
 * not below 73 years. */
cf_status cf_machine_duty_cycle(int64_t on_ns, int64_t off_ns, int64_t phase_ns, cf_machine_duty *duty, cf_diag *diag);

/* On in the hours of the day that are marked; hour h is [h, h + 1) o'clock. day_ns as in cf_profile_daily. */
void cf_machine_duty_hours(const bool on[24], int64_t day_ns, cf_machine_duty *duty);

/* Share of the time that it runs. */
double cf_machine_on_share(const cf_machine_duty *duty);

typedef struct cf_machine {
  cf_machine_duty duty;
  double on_k, off_k; /* what the wall tends to */
  bool above_air;
  double warm_up_s, cool_down_s;              /* time constants, > 0 */
  double vibration_on_ms2, vibration_off_ms2; /* peak acceleration */
  double vibration_hz;
  double shaft_on_w, shaft_off_w;
  double tolerance_k; /* > 0; CF_MACHINE_TOLERANCE_K where nothing else is asked for */
} cf_machine;

#define CF_MACHINE_TOLERANCE_K 0.01

typedef struct cf_machine_drivers {
  cf_profile wall_k; /* temperature, or rise above the air */
  bool above_air;
  cf_profile vibration_ms2;
  double vibration_hz;
  cf_profile shaft_w;
} cf_machine_drivers;

/* CF_INPUT when a number is out of range; CF_INTERNAL when there is no memory. */
cf_status cf_machine_make(cf_arena *arena, const cf_machine *machine, cf_machine_drivers *drivers, cf_diag *diag);

#endif
