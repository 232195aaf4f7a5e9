/* M/M/1 through the public interface: one entity that is source, queue and server; arrivals at 0.9 /s, service at
 * 1 /s, first come first served, no limit. Prints CPU time per customer, and the mean time in the system beside the
 * 1/(mu - lambda) = 10 s of theory, so that a fast but wrong engine is seen. */
#include "base/random.h"
#include "engine/engine.h"
#include "draw.h"
#include "yardstick.h"

enum { WAITING = 1 << 12, CUSTOMERS = 2000000 };

static const double rate[2] = {1.0, 0.9}; /* service, arrival */

typedef struct queue {
  cf_entity head;
  int64_t arrival_ns, departure_ns; /* of the next one; CF_NEVER */
  uint64_t arrived, left;           /* customer k stands in slot k % WAITING */
  int64_t time_in_system_ns;
  double service_s[WAITING];
  int64_t since_ns[WAITING];
} queue;

static int64_t after(int64_t now_ns, double delay_s) {
  int64_t delay_ns;
  return cf_s_to_ticks_up(delay_s, &delay_ns) ? now_ns + delay_ns : CF_NEVER;
}

static void serve(queue *q, int64_t now_ns) {
  q->departure_ns = q->left == q->arrived ? CF_NEVER : after(now_ns, q->service_s[q->left % WAITING]);
}

/* A customer's block of random numbers names both the gap to the next one and its own service. */
static void arrive(cf_context *context, queue *q) {
  const cf_random *random = context->world;
  double u[2], gap_s[2];
  cf_random_uniform2(random, context->self, CF_STREAM_BENCH, q->arrived, u);
  if (q->arrived - q->left == WAITING) {
    cf_context_fail(context, CF_INTERNAL, "the queue is longer than this benchmark allows");
    return;
  }
  draw_exponential2(u, rate, gap_s);
  bool idle = q->arrived == q->left;
  q->since_ns[q->arrived % WAITING] = context->now_ns;
  q->service_s[q->arrived % WAITING] = gap_s[0];
  q->arrived++;
  q->arrival_ns = after(context->now_ns, gap_s[1]);
  if (idle) serve(q, context->now_ns);
}

static void own(cf_context *context, void *record) {
  queue *q = record;
  if (q->departure_ns <= q->arrival_ns) {
    q->time_in_system_ns += context->now_ns - q->since_ns[q->left++ % WAITING];
    serve(q, context->now_ns);
  } else {
    arrive(context, q);
  }
  cf_trace(context, 1, &q->arrived, 1);
  q->head.next_ns = q->departure_ns < q->arrival_ns ? q->departure_ns : q->arrival_ns;
}

static void message(cf_context *context, void *record, const cf_message *m) {
  (void)context;
  (void)record;
  (void)m;
}

int main(void) {
  static const double span_s = CUSTOMERS / 0.9;
  cf_random random = cf_random_seed(3, 0);
  queue *q = calloc(1, sizeof *q);
  if (!q) return 1;
  q->departure_ns = CF_NEVER;
  cf_model model = {.tiers = 1, .inner_tier = 1, .world = &random};
  model.tier[0] = (cf_tier){
      .count = 1, .record_bytes = sizeof *q, .records = q, .prefetch_lines = 1, .own = own, .message = message};
  model.latency_ns[0][0] = CF_NEVER;
  cf_diag diag;
  cf_diag_init(&diag);
  cf_engine *engine = cf_engine_create(&model, &(cf_engine_options){.threads = 1}, &diag);
  double sample[YARDSTICK_REPEATS];
  for (int r = 0; r < YARDSTICK_REPEATS; r++) {
    uint64_t before = q->left;
    double start = yardstick_cpu_ns();
    if (!engine || cf_engine_run(engine, (int64_t)(span_s * (r + 1) * 1e9), NULL, &diag) != CF_OK) {
      cf_diag_print(&diag, stderr, false);
      return 1;
    }
    sample[r] = (yardstick_cpu_ns() - start) / (double)(q->left - before);
  }
  yardstick_report();
  yardstick_print("mm1", yardstick_median(sample, YARDSTICK_REPEATS), "ns/customer");
  yardstick_print("mm1_time_in_system", (double)q->time_in_system_ns * 1e-9 / (double)q->left, "s");
  cf_engine_destroy(engine);
  free(q);
  return 0;
}
