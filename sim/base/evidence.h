/* Evidence: what one look adds to a belief, tagged so that it is counted once.
 * log_ratio[s] = ln P(outcome | s) up to a constant. Increments of distinct (node, epoch) are independent given the
 * state and the sample's difficulty; they are added to the log of the prior, in any order. */
#ifndef CF_BASE_EVIDENCE_H
#define CF_BASE_EVIDENCE_H

#include <stdint.h>

typedef struct cf_evidence {
  uint32_t node;    /* whose sample it is about */
  uint32_t epoch;   /* slot of that sample */
  uint16_t model;   /* which likelihood table produced it */
  uint16_t outcome; /* index into that table */
} cf_evidence;

#endif
