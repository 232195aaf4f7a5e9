#include "network/fading.h"

#include "base/random.h"

bool cf_packet_lost(double margin_db, double fading_db, double u) {
  return margin_db + fading_db * cf_inverse_normal(u) < 0.0;
}

double cf_packet_loss_chance(double margin_db, double fading_db) {
  double lost = 0.0, kept = 1.0; /* the packet is lost for a uniform of `lost`, kept for one of `kept` */
  for (int i = 0; i < 52; i++) { /* one more halving could round to 1, where the inverse has a pole */
    double middle = lost + (kept - lost) * 0.5;
    if (cf_packet_lost(margin_db, fading_db, middle))
      lost = middle;
    else
      kept = middle;
  }
  if (lost == 0.0) return 0.0; /* not a single uniform that can be drawn loses it */
  return kept;
}
