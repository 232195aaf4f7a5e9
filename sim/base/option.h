/* Words shared by cognition, network and fleet: what a node could do next, and what it would learn and pay. */
#ifndef CF_BASE_OPTION_H
#define CF_BASE_OPTION_H

#include <stdbool.h>
#include <stdint.h>

enum { CF_MAX_STATES = 16, CF_MAX_OUTCOMES = 8, CF_MAX_OPTIONS = 8 };

/* P(outcome | joint state): p[o][s], columns sum to 1. */
typedef struct cf_outcome_table {
  uint32_t outcomes; /* 1..CF_MAX_OUTCOMES */
  uint32_t states;   /* 1..CF_MAX_STATES */
  double p[CF_MAX_OUTCOMES][CF_MAX_STATES];
} cf_outcome_table;

typedef enum cf_option_kind { CF_OPTION_REPORT, CF_OPTION_INFER, CF_OPTION_ESCALATE } cf_option_kind;

/* One thing that a node could do next within a decision. */
typedef struct cf_option {
  cf_option_kind kind;
  uint32_t model;                /* INFER: index of the local model; ESCALATE: the hub's model */
  bool feasible;                 /* false: masked (duty cycle, already used, would brown out) */
  const cf_outcome_table *table; /* NULL for REPORT */
  double energy_j;               /* from the node's store */
  double time_s;                 /* until the outcome is known */
  double rise_k;                 /* of the hottest limited point, if done now */
  double sent_bytes;
  double way_up; /* chance that the outcome arrives at all, 0..1 */
} cf_option;

#endif
