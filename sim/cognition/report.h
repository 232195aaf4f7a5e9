/* The report rule that all policies share: the answer with the least expected loss.
 *
 * Losses are in false alarms or whatever unit the scenario uses, both >= 0; right answers lose nothing.
 *   E[loss | report 0] = p miss,  E[loss | report 1] = (1 - p) false_alarm,  p = P(event)
 * A tie is reported as "no event". */
#ifndef CF_COGNITION_REPORT_H
#define CF_COGNITION_REPORT_H

#include <stdint.h>

typedef struct cf_loss {
  double miss;
  double false_alarm;
} cf_loss;

/* 1: event, 0: none. */
uint32_t cf_report(double p_event, cf_loss loss);

/* The expected loss of that answer. */
double cf_report_expected_loss(double p_event, cf_loss loss);

/* What an answer cost once the truth is known. */
double cf_report_loss(uint32_t truth, uint32_t answer, cf_loss loss);

#endif
