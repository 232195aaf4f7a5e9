/* A photovoltaic panel: cell temperature and DC power.
 *
 * Cell temperature: D. Faiman, Progress in Photovoltaics 16 (2008) 307: T = T_air + G / (u0 + u1 wind).
 * DC power: A. P. Dobos, "PVWatts version 5 manual", NREL/TP-6A20-62641 (2014): P = P_stc G/1000 (1 + gamma (T - 25
 * degC)), with P_stc = area * efficiency * 1000 W/m2. Soiling takes a share of the light that makes power; what it
 * absorbs still warms the cell. */
#ifndef CF_PHYSICS_PV_H
#define CF_PHYSICS_PV_H

typedef struct cf_pv {
  double area_m2;
  double efficiency_stc;          /* at 1000 W/m2 and 25 degC cell */
  double power_coefficient_per_k; /* gamma, negative */
  double faiman_u0_w_per_m2_k;
  double faiman_u1_w_s_per_m3_k;
  double soiling; /* share of the light lost, 0..1 */
} cf_pv;

double cf_pv_cell_temp_k(const cf_pv *pv, double plane_wm2, double air_k, double wind_ms);

/* For probes and tests only, nodes use Faiman's: the cell temperature from the nominal operating cell temperature as
 * the System Advisor Model has it, P. Gilman et al., "SAM photovoltaic model technical reference update",
 * NREL/TP-6A20-67399 (2018), for a rack on the ground floor with room behind it (wind at the panel 0.51 of the given
 * one, no addition for the standoff) and a transmittance-absorptance product of 0.9: T = T_air + G/800 (noct - 20 degC)
 * (1 - efficiency/0.9) 9.5/(5.7 + 3.8 * 0.51 wind). Wind below 0.3 m/s counts as 0.3 m/s: the published formula has no
 * floor, the computation that the reference rows come from does. They agree with noct 45 degC (318.15 K) and efficiency
 * 0.18. */
double cf_pv_cell_temp_noct_k(double noct_k, double efficiency, double plane_wm2, double air_k, double wind_ms);

/* Never negative. */
double cf_pv_dc_w(const cf_pv *pv, double plane_wm2, double cell_k);

#endif
