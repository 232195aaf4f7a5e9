#include "fleet/world.h"

#include "fleet/node.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST_NODES_NOTES = 64 };

static cf_status no_memory(cf_diag *diag) { return cf_fail(diag, CF_INTERNAL, "no memory for the world"); }

static cf_status make_classes(cf_world *world, cf_diag *diag) {
  const cf_scenario *scenario = world->scenario;
  cf_status status = cf_panels_make(&world->panels, scenario, diag);
  if (status != CF_OK) return status;
  status = cf_site_class_make(&world->site_class, scenario, &world->panels, world->random, world->arena, diag);
  if (status != CF_OK) return status;
  world->classes = scenario->node_groups;
  world->class = CF_ARENA_ARRAY(world->arena, cf_node_class, world->classes);
  if (!world->class) return no_memory(diag);
  for (uint32_t g = 0; g < world->classes && status == CF_OK; g++) {
    status = cf_node_class_make(&world->class[g], scenario, g, world -> policy, &world -> panels, world -> arena, diag);
    world->node_count += scenario->nodes[g].count;
    size_t bytes = status == CF_OK ? cf_node_bytes(&world->class[g]) : 0;
    if (bytes > world->node_bytes) world->node_bytes = bytes;
  }
  if (status == CF_OK && scenario->hub_groups > 0) {
    world->hub_count = scenario->hubs[0].count;
    status = cf_hub_class_make(&world->hub_class, scenario, diag);
  }
  return status;
}

static bool local_models_emit(const cf_scenario *scenario) {
  for (uint32_t g = 0; g < scenario->node_groups; g++)
    for (uint32_t m = 0; m < scenario->nodes[g].models; m++)
      if (scenario->nodes[g].model[m].cost.model->tokens > 0.0) return true;
  return false;
}

static cf_status make_entities(cf_world *world, cf_diag *diag) {
  const cf_scenario *scenario = world->scenario;
  cf_arena *arena = world->arena;
  uint32_t per_site = scenario->site_nodes;
  world->site_count = (world->node_count + per_site - 1) / per_site;
  world->nodes_per_hub =
      world->hub_count > 0 ? (world->node_count + world->hub_count - 1) / world->hub_count : world->node_count;
  world->site = cf_arena_alloc(arena, sizeof(cf_site) * world->site_count, 64);
  world->nodes = cf_arena_alloc(arena, world->node_bytes * world->node_count, 64);
  world->hub = cf_arena_alloc(arena, sizeof(cf_hub) * (world->hub_count + 1), 64);
  size_t room = cf_site_words(&world->site_class);
  cf_site_word *words = cf_arena_alloc(arena, sizeof(cf_site_word) * room * world->site_count, 64);
  if (!world->site || !world->nodes || !world->hub || !words) return no_memory(diag);
  world->node_base = world->site_count;
  world->hub_base = world->site_count + world->node_count;
  for (uint32_t i = 0; i < world->site_count; i++) {
    cf_status status = cf_site_begin(&world->site[i], &world->site_class, i, words + room * i, diag);
    if (status != CF_OK) return status;
  }
  bool elsewhere = false;
  for (uint32_t g = 0; g < scenario->node_groups; g++) elsewhere = elsewhere || scenario->nodes[g].network;
  if (elsewhere) {
    world->rise_ks = CF_ARENA_ARRAY(arena, double, (size_t)world->node_count *CF_USES);
    if (!world->rise_ks) return no_memory(diag);
  }
  if (local_models_emit(scenario)) {
    world->tokens = CF_ARENA_ARRAY(arena, double, world->node_count);
    if (!world->tokens) return no_memory(diag);
  }
  cf_drive drive;
  cf_site_view view = {.site = &world->site[0]};
  cf_site_piece(&view, 0, &drive);
  world->air_start_k =
      drive.air_k + drive.air_slope * cf_ticks_to_s(0 - drive.from_ns); /* air has no weather: one for all sites */
  for (uint32_t i = 0; i < world->hub_count; i++) cf_hub_begin(world, i);
  for (uint32_t i = 0; i < world->node_count; i++) cf_node_begin(world, i);
  return CF_OK;
}

static void make_model(cf_world *world) {
  cf_model *model = &world->model;
  *model = (cf_model){.tiers = 3, .inner_tier = 3, .world = world};
  for (int from = 0; from < CF_MAX_TIERS; from++)
    for (int to = 0; to < CF_MAX_TIERS; to++) model->latency_ns[from][to] = CF_NEVER;
  model->tier[0] = (cf_tier){.count = world->site_count,
                             .record_bytes = sizeof(cf_site),
                             .records = world->site,
                             .prefetch_lines = 2,
                             .own = cf_site_own,
                             .message = cf_site_message};
  model->tier[1] = (cf_tier){.count = world->node_count,
                             .record_bytes = world->node_bytes,
                             .records = world->nodes,
                             .prefetch_lines = world->node_bytes < 1024 ? (uint32_t)(world->node_bytes + 63) / 64 : 16,
                             .own = cf_node_own,
                             .message = cf_node_message,
                             .finish = cf_node_finish};
  model->tier[2] = (cf_tier){.count = world->hub_count,
                             .record_bytes = sizeof(cf_hub),
                             .records = world->hub,
                             .prefetch_lines = 4,
                             .own = cf_hub_own,
                             .message = cf_hub_message,
                             .finish = cf_hub_finish};
  /* Nodes read a site's factors up to one window late, and a site keeps its last CF_SITE_PATH states: windows are kept
   * so narrow that more changes within one do not happen (chance below 1e-13 each; if they did, the run would fail). */
  const cf_world_process *process = world->scenario->world;
  double changes_per_s = fmax(process->pressure_on_per_s, process->pressure_off_per_s) +
                         fmax(process->nuisance_on_per_s, process->nuisance_off_per_s);
  int64_t narrow_ns;
  if (changes_per_s > 0.0 && cf_s_to_ticks_up(1e-3 / changes_per_s, &narrow_ns)) model->latency_ns[0][0] = narrow_ns;
  if (world->hub_count > 0) model->latency_ns[2][1] = world->hub_class.notice_ns;
}

cf_status cf_world_make(cf_world *world, const cf_scenario *scenario, uint32_t policy, uint64_t seed, uint32_t rep,
                        cf_arena *arena, cf_diag *diag) {
  static const cf_policy *const kind[] = {&cf_policy_always_local, &cf_policy_always_escalate, &cf_policy_random,
                                          &cf_policy_confidence_threshold};
  const cf_policy_spec *spec = &scenario->policy[policy];
  *world = (cf_world){.scenario = scenario,
                      .random = cf_random_seed(seed, rep),
                      .policy = kind[spec->kind],
                      .loss = {scenario->loss_miss, scenario->loss_false_alarm},
                      .arena = arena};
  world->parameters = cf_policy_defaults(world->policy);
  cf_status status = CF_OK;
  if (spec->kind == CF_POLICY_RANDOM) status = cf_policy_set(world->policy, &world->parameters, "ask", spec->ask, diag);
  if (spec->kind == CF_POLICY_CONFIDENCE_THRESHOLD) {
    status = cf_policy_set(world->policy, &world->parameters, "look_again_below", spec->look_again_below, diag);
    if (status == CF_OK) status = cf_policy_set(world->policy, &world->parameters, "ask_below", spec->ask_below, diag);
  }
  const cf_world_process *process = scenario->world;
  world->world_rate_max_per_s = fmax(process->recovery_per_s, fmax(process->onset_per_s[0], process->onset_per_s[1]));
  if (status == CF_OK) status = make_classes(world, diag);
  if (status == CF_OK) status = make_entities(world, diag);
  if (status == CF_OK) make_model(world);
  return status;
}

void cf_world_drop(cf_world *world) {
  for (int i = 0; i < CF_MAX_SHARDS; i++) {
    free(world->notes[i].power);
    free(world->notes[i].decision);
  }
}

double cf_world_local_hour(const cf_world *world, int64_t t_ns) {
  double second = (double)(world->scenario->start_unix_s % 86400) + cf_ticks_to_s(t_ns) +
                  world->scenario->climate->longitude_rad * (86400.0 / 6.283185307179586);
  return (second - 86400.0 * floor(second / 86400.0)) / 3600.0;
}

double cf_world_mean_air_k(const cf_world *world) {
  /* Air has no weather, so the days' hourly values are the whole story. */
  double sum = 0.0;
  uint32_t days = world->site_class.days;
  for (uint32_t d = 0; d < days; d++)
    for (uint32_t h = 0; h < 24; h++) sum += (double)world->site_class.base[d].air_k[h];
  return sum / (24.0 * days);
}

static void *grow(void *rows, size_t *room, size_t row_bytes) {
  size_t more = *room > 0 ? 2 * *room : FIRST_NODES_NOTES;
  void *larger = realloc(rows, more * row_bytes);
  if (larger) *room = more;
  return larger;
}

bool cf_note_power(cf_notes *notes, const cf_power_event_row *row) {
  if (notes->power_count == notes->power_room) {
    void *larger = grow(notes->power, &notes->power_room, sizeof *row);
    if (!larger) return false;
    notes->power = larger;
  }
  notes->power[notes->power_count++] = *row;
  return true;
}

bool cf_note_decision(cf_notes *notes, const cf_decision_row *row) {
  if (notes->decision_count == notes->decision_room) {
    void *larger = grow(notes->decision, &notes->decision_room, sizeof *row);
    if (!larger) return false;
    notes->decision = larger;
  }
  notes->decision[notes->decision_count++] = *row;
  return true;
}
