#include "physics/pv.h"

double cf_pv_cell_temp_k(const cf_pv *pv, double plane_wm2, double air_k, double wind_ms) {
  return air_k + plane_wm2 / (pv->faiman_u0_w_per_m2_k + pv->faiman_u1_w_s_per_m3_k * wind_ms);
}

double cf_pv_cell_temp_noct_k(double noct_k, double efficiency, double plane_wm2, double air_k, double wind_ms) {
  double at_panel_ms = 0.51 * (wind_ms > 0.3 ? wind_ms : 0.3);
  double still_k = plane_wm2 / 800.0 * (noct_k - 293.15);
  return air_k + still_k * (1.0 - efficiency / 0.9) * (9.5 / (5.7 + 3.8 * at_panel_ms));
}

double cf_pv_dc_w(const cf_pv *pv, double plane_wm2, double cell_k) {
  double light_w = plane_wm2 * (1.0 - pv->soiling) * pv->area_m2;
  double share = pv->efficiency_stc * (1.0 + pv->power_coefficient_per_k * (cell_k - 298.15));
  return share > 0.0 ? light_w * share : 0.0;
}
