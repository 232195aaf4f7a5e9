#include "cognition/report.h"

uint32_t cf_report(double p_event, cf_loss loss) {
  return p_event * loss.miss > (1.0 - p_event) * loss.false_alarm ? 1u : 0u;
}

double cf_report_expected_loss(double p_event, cf_loss loss) {
  return cf_report(p_event, loss) == 1u ? (1.0 - p_event) * loss.false_alarm : p_event * loss.miss;
}

double cf_report_loss(uint32_t truth, uint32_t answer, cf_loss loss) {
  if (truth == answer) return 0.0;
  return truth != 0 ? loss.miss : loss.false_alarm;
}
