/* How much of the work is done, when runs are not equally long: a run weighs what is predicted for its point.
 *
 * Points are weighed one by one while others work, in the order in which they are run, and only the first
 * CF_WEIGHTS_MOST of them; a point that has not been weighed counts as the mean of those that have. Internal to sweep.
 */
#ifndef CF_SWEEP_WEIGHTS_H
#define CF_SWEEP_WEIGHTS_H

#include "sweep/board.h"
#include "sweep/campaign.h"

enum { CF_WEIGHTS_MOST = 64 };

typedef struct cf_weights {
  uint32_t groups, weighed;
  uint32_t *start;  /* of each group on the board; one more for the end */
  uint32_t *tried;  /* runs of each group */
  double *weight;   /* of a run of the first `weighed` groups */
  double known_all; /* of the runs of weighed groups */
  double known_tried;
  uint32_t known_runs, unknown_tried;
} cf_weights;

/* For an ordered board. False: no memory. */
bool cf_weights_make(cf_weights *weights, const cf_board *board);
void cf_weights_free(cf_weights *weights);

/* Weighs one more point, about two milliseconds; nothing when that is not worth it. */
void cf_weights_next(cf_weights *weights, const cf_campaign *campaign, const cf_board *board);
/* The same with a weight that is known. */
void cf_weights_put(cf_weights *weights, double weight);

/* The run at that position has been tried. */
void cf_weights_try(cf_weights *weights, uint32_t position);

/* Share of the work that is done, 0..1, with the runs at hand of all slots. */
double cf_weights_share(const cf_weights *weights, const cf_board *board);

#endif
