#include "network/fading.h"

#include "base/remath.h"

double cf_packet_loss_chance(double margin_db, double fading_db) {
  const double sqrt_2 = 1.4142135623730951;
  if (fading_db == 0.0) return margin_db < 0.0 ? 1.0 : 0.0;
  return 0.5 * cf_erfc(margin_db / (fading_db * sqrt_2));
}
