#include "physics/thermal.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>

/* Close to all the temperatures met, so that modal amplitudes stay small and keep their digits. */
static const double reference_k = 293.15;

cf_status cf_thermal_build(cf_thermal *thermal, const cf_thermal_network *network, cf_diag *diag) {
  uint32_t n = network->nodes;
  double s_data[CF_THERMAL_NODES * CF_THERMAL_NODES] = {0};
  for (uint32_t i = 0; i < n; i++) {
    if (!(network->capacity_j_per_k[i] > 0.0))
      return cf_fail(diag, CF_INPUT, "heat capacity of thermal node %u is not positive", i);
    double diagonal = network->air_w_per_k[i];
    for (uint32_t j = 0; j < n; j++) {
      if (j == i) continue;
      diagonal += network->conductance_w_per_k[i][j];
      s_data[i * n + j] =
          -network->conductance_w_per_k[i][j] / sqrt(network->capacity_j_per_k[i] * network->capacity_j_per_k[j]);
    }
    s_data[i * n + i] = diagonal / network->capacity_j_per_k[i];
  }
  double l_data[CF_THERMAL_NODES], v_data[CF_THERMAL_NODES * CF_THERMAL_NODES];
  gsl_matrix_view s = gsl_matrix_view_array(s_data, n, n);
  gsl_matrix_view v = gsl_matrix_view_array(v_data, n, n);
  gsl_vector_view l = gsl_vector_view_array(l_data, n);
  gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
  if (!work) return cf_fail(diag, CF_INTERNAL, "no memory for the eigen-system of a thermal network");
  int code = gsl_eigen_symmv(&s.matrix, &l.vector, &v.matrix, work);
  gsl_eigen_symmv_free(work);
  if (code == GSL_SUCCESS) gsl_eigen_symmv_sort(&l.vector, &v.matrix, GSL_EIGEN_SORT_VAL_ASC);
  /* A network that is cut off has an eigenvalue of zero, which rounding may leave on either side. */
  if (code != GSL_SUCCESS || !(l_data[0] > 1e-14 * l_data[n - 1]))
    return cf_fail(diag, CF_INPUT, "thermal network has no way to the air: its temperature would grow without bound");

  *thermal = (cf_thermal){.modes = n, .reference_k = reference_k};
  for (uint32_t k = 0; k < n; k++) {
    thermal->lambda_per_s[k] = l_data[k];
    double sign = 0.0; /* eigenvectors are unique up to sign: make the first clear component positive */
    for (uint32_t i = 0; i < n && sign == 0.0; i++)
      if (fabs(v_data[i * n + k]) > 1e-8) sign = v_data[i * n + k] > 0.0 ? 1.0 : -1.0;
    for (uint32_t i = 0; i < n; i++) {
      double w = sign * v_data[i * n + k] / sqrt(network->capacity_j_per_k[i]);
      thermal->weight[i][k] = w;
      thermal->air_gain[k] += w * network->air_w_per_k[i];
      thermal->stored_gain[k] += w * network->capacity_j_per_k[i];
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    thermal->air_w_per_k += network->air_w_per_k[i];
    for (uint32_t j = 0; j < n; j++)
      for (uint32_t k = 0; k < n; k++)
        thermal->rise_k_per_w[i][j] += thermal->weight[i][k] * thermal->weight[j][k] / thermal->lambda_per_s[k];
  }
  return CF_OK;
}

void cf_thermal_uniform(const cf_thermal *thermal, double temp_k, double mode[CF_THERMAL_NODES]) {
  /* z = V^T C^1/2 (T - ref) and stored_gain[k] = sum_i C_i w_ik = sum_i V_ik sqrt(C_i). */
  for (uint32_t k = 0; k < CF_THERMAL_NODES; k++)
    mode[k] = k < thermal->modes ? thermal->stored_gain[k] * (temp_k - thermal->reference_k) : 0.0;
}
