/* The scarcity gauge: have against need, before anything is run.
 *
 * What a policy asks of a node is rehearsed: a few nodes of one hub live through some hundred samples on mains power,
 * so that joules by use, uplinks and collisions come from the same code as the run itself. The mean load that results
 * is then held against the drivers of the run: the panel's energy (sun), the deepest draw on a store that starts full
 * (night), the steady rise by the node's own work (heat), the airtime of its hub's channel. */
#include "fleet/simulate.h"

#include "config/graph.h"

#include "fleet/node.h"
#include "fleet/world.h"

#include <math.h>
#include <stdio.h>

enum { REHEARSAL_NODES = 100, REHEARSAL_SLOTS = 400, GAUGE_SITES = 16, PIECE_PARTS = 4 };

typedef struct rehearsal {
  double device_w;    /* mean over time, of one node; the leakage of its silicon with it */
  double die_heat_w;  /* of it, into the die; without that leakage, which budget and peak reckon themselves */
  double channel;     /* share of time that a channel carries an uplink */
  double uplinks;     /* per second, of one node */
  double budget_w;    /* steady watts to the throttle limit in the mean of the surroundings */
  double peak_k;      /* steady die temperature under the mean load at the hottest, sunniest hour of the run */
  double generator_w; /* of a thermoelectric generator between its ends' steady temperatures, in the same mean */
} rehearsal;

/* Sunlight of one day of a site on the horizontal, in J/m2. */
static double day_sun(const cf_site_view *view, int64_t from_ns, int64_t to_ns) {
  double sum = 0.0;
  for (int64_t t = from_ns; t < to_ns;) {
    cf_drive drive;
    cf_site_piece(view, t, &drive);
    int64_t until = drive.until_ns < to_ns ? drive.until_ns : to_ns;
    double span_s = cf_ticks_to_s(until - t), offset_s = cf_ticks_to_s(t - drive.from_ns);
    sum += (drive.sun_w_per_m2 + drive.sun_slope * (offset_s + 0.5 * span_s)) * span_s;
    t = until;
  }
  return sum;
}

/* The hottest that a day of one site can make the watched place of a node that works at its mean power, and the mean
 * sun on its case. */
static cf_status look_at_days(const cf_world *world, const cf_scenario *scenario, cf_arena *arena, double die_w,
                              double *peak_k, double *sun_w, cf_diag *diag) {
  const cf_site_class *sites = &world->site_class;
  const cf_node_class *class = &world->class[0];
  cf_site *site = CF_ARENA_NEW(arena, cf_site);
  cf_site_word *words = cf_arena_alloc(arena, sizeof(cf_site_word) * cf_site_words(sites), 64);
  if (!site || !words) return cf_fail(diag, CF_INTERNAL, "no memory for the gauge");
  cf_site_view view = {site, &class->sources};
  cf_status status = cf_site_begin(site, sites, 0, words, diag);
  int64_t day_ns = 0;
  double sun_j = 0.0;
  while (status == CF_OK) {
    cf_drive_bounds day = cf_site_bounds(&view, day_ns);
    double case_w = class->body.sun_area_m2 * day.sun_max_w_per_m2;
    if (class->body.has_store) { /* what the converter loses at its fullest input */
      const cf_converter_curve *converter = &class->body.converter;
      double input_w = converter->mppt_fraction * day.panel_max_w;
      case_w += input_w - cf_converter_output_w(converter, input_w);
    }
    double host_k = class->sources.has_host ? day.host_max_k : day.air_max_k;
    *peak_k = fmax(*peak_k, cf_body_steady_k(&class->body, class->body.load[CF_POWER_SENSE].share, die_w, case_w,
                                             day.air_max_k, host_k));
    int64_t next_ns = cf_day_end_ns(scenario->start_unix_s, day_ns);
    if (next_ns > scenario->duration_ns) next_ns = scenario->duration_ns;
    sun_j += class->body.sun_area_m2 * day_sun(&view, day_ns, next_ns);
    day_ns = next_ns;
    if (day_ns >= scenario->duration_ns) break;
    status = cf_site_make_day(site, day_ns, diag);
  }
  *sun_w = sun_j / cf_ticks_to_s(scenario->duration_ns);
  return status;
}

/* What a thermoelectric generator gives in the mean of a node's surroundings. */
static double generator_w(const cf_body_class *class, double die_w, double sun_w, double air_k, double host_k) {
  if (!class->has_generator) return 0.0;
  uint32_t share = class->load[CF_POWER_SENSE].share;
  double hot_k = cf_body_steady_node_k(class, share, class->generator_hot, die_w, sun_w, air_k, host_k);
  double cold_k = cf_body_steady_node_k(class, share, class->generator_cold, die_w, sun_w, air_k, host_k);
  return cf_teg_w(&class->generator, hot_k - cold_k);
}

static cf_status rehearse(const cf_scenario *scenario, uint32_t group, uint32_t policy, uint64_t seed, rehearsal *out,
                          cf_diag *diag) {
  cf_scenario stage = *scenario;
  stage.node_groups = 1;
  stage.nodes[0] = scenario->nodes[group];
  cf_node_group *nodes = &stage.nodes[0];
  uint32_t all = 0;
  for (uint32_t g = 0; g < scenario->node_groups; g++) all += scenario->nodes[g].count;
  uint32_t per_hub = stage.hub_groups > 0 ? (all + stage.hubs[0].count - 1) / stage.hubs[0].count : all;
  nodes->mains = true;
  nodes->harvesters = 0;
  nodes->count = per_hub < REHEARSAL_NODES ? per_hub : REHEARSAL_NODES;
  if (nodes->count > scenario->nodes[group].count) nodes->count = scenario->nodes[group].count;
  stage.hubs[0].count = 1;
  stage.duration_ns = nodes->sample_every_ns * REHEARSAL_SLOTS;
  if (stage.duration_ns > scenario->duration_ns) stage.duration_ns = scenario->duration_ns;

  cf_arena *arena = cf_arena_create(0);
  cf_world *world = arena ? CF_ARENA_NEW(arena, cf_world) : NULL;
  if (!world) {
    cf_arena_destroy(arena);
    return cf_fail(diag, CF_INTERNAL, "no memory for the gauge");
  }
  cf_engine_options options = {.threads = 1};
  cf_status status = cf_world_make(world, &stage, policy, seed, UINT32_MAX, arena, diag);
  cf_engine *engine = status == CF_OK ? cf_engine_create(&world->model, &options, diag) : NULL;
  if (status == CF_OK && !engine) status = CF_INTERNAL;
  if (status == CF_OK) status = cf_engine_run(engine, stage.duration_ns, NULL, diag);
  if (status == CF_OK) status = cf_engine_finish(engine, stage.duration_ns, diag);
  if (status == CF_OK) {
    double node_s = cf_ticks_to_s(stage.duration_ns) * nodes->count, used_j = 0.0, sent_j = 0.0, silicon_j = 0.0,
           uplinks = 0.0;
    const cf_node_class *class = &world->class[0];
    for (uint32_t i = 0; i < world->node_count; i++) {
      const cf_node *node = cf_world_node(world, i);
      const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
      if (more) silicon_j += more->silicon_paid_j;
      for (uint32_t u = 0; u < CF_USES; u++) used_j += node->use_j[u];
      sent_j += node->use_j[CF_USE_TX];
    }
    for (uint32_t i = 0; i < world->hub_count; i++) uplinks += (double)world->hub[i].sent;
    double radiated = class->asks ? class->radiated_w / class->body.load[CF_POWER_TX].device_w : 0.0;
    *out = (rehearsal){.device_w = (used_j + silicon_j) / node_s,
                       .die_heat_w = (used_j - radiated * sent_j) / node_s,
                       .uplinks = uplinks / node_s};
    if (class->asks) out->channel = out->uplinks * per_hub * class->uplink.airtime_s / class->group->radio->channels;
  }
  cf_engine_destroy(engine);
  cf_world_drop(world);
  /* The sky of the whole run, which may be longer than the rehearsal. */
  stage.duration_ns = scenario->duration_ns;
  stage.nodes[0] = scenario->nodes[group];
  stage.nodes[0].count = 1;
  if (status == CF_OK) status = cf_world_make(world, &stage, policy, seed, 0, arena, diag);
  double sun_w = 0.0;
  if (status == CF_OK) status = look_at_days(world, &stage, arena, out->die_heat_w, &out->peak_k, &sun_w, diag);
  if (status == CF_OK) {
    const cf_node_class *class = &world->class[0];
    double air_k = cf_world_mean_air_k(world);
    double host_k = class->sources.has_host ? cf_profile_mean(&class->sources.host_k, 0, scenario->duration_ns) : air_k;
    out->budget_w = cf_body_budget_w(&class->body, class->body.load[CF_POWER_SENSE].share,
                                     nodes->limits.throttle_above_k, sun_w, air_k, host_k);
    out->generator_w = generator_w(&class->body, out->die_heat_w, sun_w, air_k, host_k);
  }
  cf_arena_destroy(arena);
  return status;
}

/* A node without variation under a constant load, against one site's drivers. */
typedef struct balance {
  double have_j; /* at the panel */
  double need_j; /* at the panel: load, losses, and what the converter takes for them */
  double draw_j; /* deepest draw on a store that was full, at the store */
} balance;

/* Losses of the store at x, without the load's (which the bus power of a mean load makes negligible). */
static double idle_loss_w(const cf_store *store, double x) {
  uint32_t cell = cf_store_cell(store, sqrt(x), x);
  return cf_line_at(store->leakage[cell], x) + cf_line_at(store->quiescent[cell], x);
}

/* Walks the knots of one site through the whole run under the mean load bus_w, a generator's mean beside the panel. A
 * store that cannot last goes on at the losses of its turn-off voltage, so that the draw says how large it should have
 * been. What is missing by night is taken back by day, so need_j charges the converter for every joule of it once. */
static cf_status weigh(cf_site *site, const cf_site_class *sites, uint32_t index, cf_site_word *words,
                       const cf_node_class *class, double steady_w, double bus_w, int64_t end_ns, balance *out,
                       cf_diag *diag) {
  const cf_store *store = &class->body.store;
  const cf_converter_curve *converter = &class->body.converter;
  cf_site_view view = {site, &class->sources};
  cf_status status = cf_site_begin(site, sites, index, words, diag);
  if (status != CF_OK) return status;
  double missing_j = 0.0;
  int64_t next_day_ns = site->next_day_ns;
  for (int64_t t = 0; t < end_ns;) {
    if (t == next_day_ns) {
      status = cf_site_make_day(site, t, diag);
      if (status != CF_OK) return status;
      next_day_ns += CF_DAY_NS;
    }
    cf_drive drive;
    cf_site_piece(&view, t, &drive);
    int64_t until = drive.until_ns < end_ns ? drive.until_ns : end_ns;
    double span_s = cf_ticks_to_s(until - t), part_s = span_s / PIECE_PARTS;
    for (int part = 0; part < PIECE_PARTS; part++) {
      double middle_s = cf_ticks_to_s(t - drive.from_ns) + (part + 0.5) * part_s;
      double panel_w = converter->mppt_fraction * (drive.panel_w + drive.panel_w_per_s * middle_s) + steady_w;
      double output_w = cf_converter_output_w(converter, panel_w);
      out->have_j += panel_w * part_s;
      double x = fmax(store->x_off[CF_POWER_SENSE], store->x_full - missing_j * store->x_per_j);
      double now_w = bus_w + idle_loss_w(store, x);
      double wanted_j = missing_j + now_w * part_s, given_j = output_w * part_s;
      missing_j = fmax(0.0, wanted_j - given_j);
      /* Short: all of the panel is taken. Full all along: what the load asks. Filled up meanwhile: a share of it. */
      double taken_j = panel_w * part_s;
      if (given_j > wanted_j)
        taken_j =
            wanted_j > now_w * part_s ? taken_j * wanted_j / given_j : part_s * cf_converter_input_w(converter, now_w);
      out->need_j += taken_j;
      out->draw_j = fmax(out->draw_j, missing_j);
    }
    t = until;
  }
  return CF_OK;
}

static cf_status weigh_group(const cf_scenario *scenario, uint32_t group, uint32_t policy, uint64_t seed, uint32_t rep,
                             const rehearsal *rehearsed, cf_gauge *gauge, cf_diag *diag) {
  cf_arena *arena = cf_arena_create(0);
  if (!arena) return cf_fail(diag, CF_INTERNAL, "no memory for the gauge");
  cf_scenario stage = *scenario;
  stage.node_groups = 1;
  stage.nodes[0] = scenario->nodes[group];
  stage.nodes[0].count = 1;
  cf_world *world = CF_ARENA_NEW(arena, cf_world);
  cf_status status = world ? cf_world_make(world, &stage, policy, seed, rep, arena, diag)
                           : cf_fail(diag, CF_INTERNAL, "no memory for the gauge");
  if (status != CF_OK) {
    cf_arena_destroy(arena);
    return status;
  }
  const cf_node_class *class = &world->class[0];
  const cf_store *store = &class->body.store;
  double off = store->x_off[class->asks && rehearsed->uplinks > 0.0 ? CF_POWER_TX : CF_POWER_SENSE];
  double usable_j = (store->x_full - off) / store->x_per_j;
  if (class->body.has_second) usable_j += class->body.second.full_j * class->body.store_second_share;
  double bus_w = rehearsed->device_w / class->group->converter->output_efficiency;
  uint32_t all = 0;
  for (uint32_t g = 0; g < scenario->node_groups; g++) all += scenario->nodes[g].count;
  uint32_t sites = (all + scenario->site_nodes - 1) / scenario->site_nodes;
  if (sites > GAUGE_SITES) sites = GAUGE_SITES;
  cf_site_word *words = cf_arena_alloc(arena, sizeof(cf_site_word) * cf_site_words(&world->site_class), 64);
  cf_site *site = CF_ARENA_NEW(arena, cf_site);
  if (!words || !site) status = cf_fail(diag, CF_INTERNAL, "no memory for the gauge");

  double draw_j = 0.0;
  balance sum = {0};
  for (uint32_t i = 0; i < sites && status == CF_OK; i++) {
    balance one = {0};
    status = weigh(site, &world->site_class, i, words, class, rehearsed->generator_w, bus_w, scenario->duration_ns,
                   &one, diag);
    sum.have_j += one.have_j;
    sum.need_j += one.need_j;
    draw_j = fmax(draw_j, one.draw_j);
  }
  gauge->sun = sum.need_j > 0.0 ? sum.have_j / sum.need_j : (double)NAN; /* no daylight in this run */
  gauge->night = draw_j > 0.0 ? usable_j / draw_j : (double)NAN;         /* no night in this run */
  cf_world_drop(world);
  cf_arena_destroy(arena);
  return status;
}

static const char *verdict(const cf_gauge *g, bool too_hot) {
  bool sun = g->sun < 1.0, night = g->night<1.0, heat = g->own_heat> 1.0 || too_hot, channel = g->channel > 0.1;
  bool sun_barely = g->sun >= 1.0 && g->sun < 1.15, night_barely = g->night >= 1.0 && g->night < 1.15;
  if (heat) return channel ? "heat, channel" : sun || sun_barely ? "harvest, heat" : night ? "heat, night" : "heat";
  if (sun) return channel ? "harvest, night, channel" : "harvest, night";
  if (night) return channel ? "night, channel" : "night";
  if (channel) return "channel";
  return sun_barely ? "harvest, barely" : night_barely ? "night, barely" : "nothing";
}

/* Unlike fmin and fmax, for values where NAN says "does not apply". */
static double least(double a, double b) { return isnan(a) || b < a ? b : a; }
static double most(double a, double b) { return isnan(a) || b > a ? b : a; }

/* The scarcest of all groups. */
cf_status cf_scarcity(const cf_scenario *scenario, uint32_t policy, uint64_t seed, uint32_t rep, cf_gauge *gauge,
                      cf_diag *diag) {
  *gauge = (cf_gauge){(double)NAN, (double)NAN, (double)NAN, (double)NAN, "nothing"};
  bool too_hot = false;
  for (uint32_t group = 0; group < scenario->node_groups; group++) {
    const cf_node_group *nodes = &scenario->nodes[group];
    rehearsal rehearsed = {0};
    cf_status status = rehearse(scenario, group, policy, seed, &rehearsed, diag);
    if (status != CF_OK) return status;
    double heat = rehearsed.budget_w > 0.0 ? rehearsed.die_heat_w / rehearsed.budget_w : (double)NAN;
    gauge->own_heat = most(gauge->own_heat, heat); /* NAN: the surroundings alone are too hot */
    too_hot = too_hot || isnan(heat);
    if (scenario->hub_groups > 0) gauge->channel = most(gauge->channel, rehearsed.channel);
    too_hot = too_hot || rehearsed.peak_k > nodes->limits.throttle_above_k;
    if (nodes->mains) continue;
    cf_gauge one = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, NULL};
    status = weigh_group(scenario, group, policy, seed, rep, &rehearsed, &one, diag);
    if (status != CF_OK) return status;
    gauge->sun = least(gauge->sun, one.sun);
    gauge->night = least(gauge->night, one.night);
  }
  gauge->verdict = verdict(gauge, too_hot);
  return CF_OK;
}

/* Events per sample, as shipped runs show: wake, sense, think, and for a question send, wait, listen, perhaps twice. */
static double events_per_sample(const cf_policy_spec *policy) {
  const double alone = 3.2, question = 6.5;
  switch (policy->kind) {
    case CF_POLICY_ALWAYS_ESCALATE:
      return alone + question;
    case CF_POLICY_RANDOM:
      return alone + policy->ask * question;
    case CF_POLICY_ALWAYS_LOCAL:
    case CF_POLICY_CONFIDENCE_THRESHOLD:
      break;
  }
  return alone;
}

/* Of the group with the longest record: two modes and a store, and what the scenario adds. */
static double node_record_bytes(const cf_scenario *scenario) {
  double most = 0.0;
  for (uint32_t g = 0; g < scenario->node_groups; g++) {
    const cf_node_group *group = &scenario->nodes[g];
    double modes = group->network ? group->network->nodes : 2.0 + group->device->ladder.count + group->tissue_shells;
    bool more = group->tissue || group->backup || group->device->leakage_power_w > 0.0 ||
                group->to_wall_k_per_w > 0.0 || (group->enclosure && group->enclosure->surface_area_m2 > 0.0);
    double bytes = sizeof(cf_node) + sizeof(cf_body) + 8.0 * modes + (more ? sizeof(cf_body_more) : 0.0);
    most = fmax(most, bytes);
  }
  return most;
}

void cf_estimate_run(const cf_scenario *scenario, cf_estimate *estimate) {
  double nodes = 0.0, samples = 0.0;
  for (uint32_t g = 0; g < scenario->node_groups; g++) {
    nodes += scenario->nodes[g].count;
    samples += scenario->nodes[g].count * ((double)scenario->duration_ns / (double)scenario->nodes[g].sample_every_ns);
  }
  double runs = scenario->policies, days = cf_ticks_to_s(scenario->duration_ns) / 86400.0;
  double sites = ceil(nodes / scenario->site_nodes), hubs = scenario->hub_groups > 0 ? scenario->hubs[0].count : 0.0;
  double knots = 2.0 * 80.0 * 2.0 * sizeof(cf_site_word);
  double series =
      scenario->record.fleet_every_ns > 0
          ? floor((double)scenario->duration_ns / (double)scenario->record.fleet_every_ns) * scenario->node_groups
          : 0.0;
  bool decisions = scenario->record.decisions == CF_DECISIONS_ALL;
  *estimate = (cf_estimate){.events = runs * days * nodes,
                            .node_record_bytes = node_record_bytes(scenario),
                            .site_bytes_per_node = (sizeof(cf_site) + knots) * sites / nodes,
                            .hub_bytes_per_node = sizeof(cf_hub) * hubs / nodes,
                            .engine_bytes_per_node = 20.0,
                            .rows_run = runs,
                            .rows_node = scenario->record.nodes ? runs * nodes : 0.0,
                            .rows_series = runs * series,
                            .rows_decision = decisions ? runs * samples : 0.0};
  for (uint32_t p = 0; p < scenario->policies; p++)
    estimate->events += samples * events_per_sample(&scenario->policy[p]);
  estimate->bytes_per_node = estimate->node_record_bytes + estimate->site_bytes_per_node +
                             estimate->hub_bytes_per_node + estimate->engine_bytes_per_node;
  estimate->database_bytes = 65536.0 + 400.0 * estimate->rows_run + 202.0 * estimate->rows_node +
                             85.0 * estimate->rows_series + 84.0 * estimate->rows_decision;
}
