/* A thermoelectric generator between two nodes of a thermal network.
 *
 * A module with Seebeck coefficient S (V/K, all couples in series), internal resistance R and thermal conductance K
 * (with no current), on a load of m R, from a side at T_h to one at T_c (A. F. Ioffe, "Semiconductor Thermoelements and
 * Thermoelectric Cooling", 1957; H. J. Goldsmid, "Introduction to Thermoelectricity", 2010):
 *
 *   I = S (T_h - T_c) / (R (1 + m))            P = m R I^2
 *   Q_h = S T_h I + K (T_h - T_c) - R I^2 / 2  Q_c = S T_c I + K (T_h - T_c) + R I^2 / 2,  so Q_h = Q_c + P
 *
 * Half the sum of the two heats is (K + S^2 T_m / (R (1 + m))) (T_h - T_c) with T_m the mean of the two temperatures:
 * conduction and the Peltier heat of the current that flows. With a reference temperature in place of T_m that is a
 * conductance, which keeps the network linear; half the power is then missing at each side:
 *
 *   Q_h = G (T_h - T_c) + P / 2,  Q_c = G (T_h - T_c) - P / 2,  G = K + S^2 T_ref / (R (1 + m))
 *
 * At T_m = T_ref this is the equations above, not an approximation; elsewhere G is off by S^2 (T_m - T_ref) / (R (1 +
 * m)) and Q_h = Q_c + P holds all the same. P is quadratic in the difference of temperatures: in the network it is two
 * small sinks of P / 2, a share P / Q_h below Carnot's (T_h - T_c) / T_h.
 *
 * Reversed (T_h < T_c) a bipolar converter harvests alike. Behind a unipolar one no current flows: no power and K
 * alone; a linear network keeps G there, too much by the factor 1 + Z T_ref / (1 + m), Z = S^2 / (R K). */
#ifndef CF_PHYSICS_THERMOELECTRIC_H
#define CF_PHYSICS_THERMOELECTRIC_H

#include "base/diag.h"

#include <stdbool.h>

typedef struct cf_teg {
  double seebeck_v_per_k;
  double resistance_ohm;
  double conductance_w_per_k; /* K */
  double load_ratio;          /* m: load over internal resistance; 1: matched, the most power for given temperatures */
  double reference_k;         /* T_ref */
  bool bipolar;               /* its converter takes both polarities */
} cf_teg;

/* CF_INPUT when a number is out of range. The functions below take a checked struct. */
cf_status cf_teg_check(const cf_teg *teg, cf_diag *diag);

/* G: what the network has between the two nodes. */
double cf_teg_conductance_w_per_k(const cf_teg *teg);

/* P = w_per_k2 difference^2: for those who integrate it. */
double cf_teg_w_per_k2(const cf_teg *teg);

/* Electrical power; difference_k = T_h - T_c of either sign, the result not negative. */
double cf_teg_w(const cf_teg *teg, double difference_k);

/* Heat that leaves the hot node, enters the cold one, and what became electrical: hot_w = cold_w + power_w. */
typedef struct cf_teg_flow {
  double hot_w, cold_w, power_w;
} cf_teg_flow;
cf_teg_flow cf_teg_flow_at(const cf_teg *teg, double difference_k);

/* Share of a difference of temperature that falls across the module when it stands in a row with the resistances of its
 * two contacts (heat sinks, skin, air), their heat flows taken as equal: R_teg / (R_teg + R_hot + R_cold), R_teg = 1 /
 * G. */
double cf_teg_share(const cf_teg *teg, double hot_k_per_w, double cold_k_per_w);

#endif
