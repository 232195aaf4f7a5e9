/* Compares the finished runs of one database by policy, or those of two databases.
 *
 * One: in every scenario all policies against one of them, the baseline, paired by (point, replication), whose runs
 * meet the same weather, events and fading. Two: a policy of the second against the same policy of the first, paired by
 * (scenario, label of the point, policy, replication, seed). Without pairs the means are compared (Welch). Runs in
 * which the metric is not defined do not take part.
 *
 * Runs of one replication meet the same weather at every point, so points are no independent looks at it: what an
 * interval over several points rests on is the mean of each replication over the points. Intervals are not adjusted for
 * how many policies there are, nor for a baseline that was chosen by the same runs. */
#ifndef CF_SWEEP_COMPARE_H
#define CF_SWEEP_COMPARE_H

#include "base/arena.h"
#include "base/diag.h"
#include "sweep/metric.h"
#include "sweep/statistics.h"

typedef struct cf_compare_options {
  const char *path[2];  /* the second is NULL for one database */
  const char *metric;   /* NULL: loss */
  const char *baseline; /* policy; NULL: in every scenario that of the least mean loss. Not for two databases */
  double alpha;         /* 0.05 for CI95 */
  bool unpaired;
} cf_compare_options;

typedef enum cf_verdict {
  CF_VERDICT_NONE, /* no interval */
  CF_VERDICT_TIE,  /* it holds zero */
  CF_VERDICT_BETTER,
  CF_VERDICT_WORSE,
  CF_VERDICT_LESS, /* where neither is better */
  CF_VERDICT_MORE
} cf_verdict;

const char *cf_verdict_word(cf_verdict verdict); /* "tie"; NULL for NONE */

typedef struct cf_compared_point {
  uint32_t point_id; /* of the first database */
  const char *label;
  cf_interval difference;
  cf_verdict verdict;
} cf_compared_point;

/* A policy against its baseline. */
typedef struct cf_compared {
  const char *scenario, *policy;
  const char *baseline;  /* one database: the policy; two: the same policy of the first */
  bool is_baseline;      /* the row of the baseline itself: no difference */
  cf_moments own, other; /* of the policy's runs and of the baseline's in the pairs; of all without pairing */
  uint64_t pairs;
  cf_interval difference; /* own - other, over the means of replications; n is their number */
  double base;            /* mean of the baseline's runs in the pairs */
  double relative;        /* difference over |base|; NAN for a base of zero */
  cf_verdict verdict;
  uint64_t alone[2];        /* runs without a partner: of the policy, of the baseline */
  uint64_t same_digest;     /* pairs with the same history */
  uint32_t points;          /* with a pair; 0 unless there are several, or without pairing */
  cf_compared_point *point; /* most different first */
} cf_compared;

typedef struct cf_comparison {
  cf_arena *arena;
  cf_metric metric;
  bool two;
  bool chosen;       /* the baseline was found, not given */
  uint64_t left_out; /* one database: runs whose (point, replication) not every policy finished */
  uint32_t rows;
  cf_compared *row; /* by scenario; the baseline first, then from the least difference to the most */
} cf_comparison;

/* CF_USAGE: unknown metric or policy (with the nearest), nothing to compare, a metric that no run defines, no pair at
 * all; CF_IO: a database cannot be read. `comparison` is to be freed in any case. */
cf_status cf_compare(const cf_compare_options *options, cf_comparison *comparison, cf_diag *diag);
void cf_comparison_free(cf_comparison *comparison);

/* Whether the policy is worse than its baseline by more than `tolerance` (0.02: 2 % of the baseline's mean) for sure:
 * with its whole interval, or, where there is but one pair and so none, by the difference. */
bool cf_compared_fails(const cf_compared *row, cf_better better, double tolerance);

#endif
