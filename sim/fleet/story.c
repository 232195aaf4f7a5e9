#include "fleet/story.h"

#include "base/remath.h"
#include "fleet/node.h"
#include "fleet/site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 256 };

const char *const cf_story_name[CF_STORY_KINDS] = {
    [CF_STORY_BEGINS] = "begins",
    [CF_STORY_LOOK] = "look",
    [CF_STORY_BROWN_OUT] = "brown-out",
    [CF_STORY_POWER_GOOD] = "power-good",
    [CF_STORY_THROTTLE] = "throttle",
    [CF_STORY_UNTHROTTLE] = "unthrottle",
    [CF_STORY_SHUT_DOWN] = "shut-down",
    [CF_STORY_COOLED] = "cooled",
    [CF_STORY_CHECKPOINT] = "checkpoint",
    [CF_STORY_SAVED] = "saved",
    [CF_STORY_AWAKE] = "awake",
    [CF_STORY_EVENT_BEGINS] = "event-begins",
    [CF_STORY_EVENT_ENDS] = "event-ends",
    [CF_STORY_SKIPS] = "skips",
    [CF_STORY_SENSES] = "senses",
    [CF_STORY_THINKS] = "thinks",
    [CF_STORY_SAYS] = "says",
    [CF_STORY_ASKS] = "asks",
    [CF_STORY_SENT] = "sent",
    [CF_STORY_UPLINK] = "uplink",
    [CF_STORY_HUB_ANSWERS] = "hub-answers",
    [CF_STORY_LISTENS] = "listens",
    [CF_STORY_SILENCE] = "silence",
    [CF_STORY_FADED] = "faded",
    [CF_STORY_HEARS] = "hears",
    [CF_STORY_BACKS_OFF] = "backs-off",
    [CF_STORY_GIVES_UP] = "gives-up",
    [CF_STORY_LOSES] = "loses",
    [CF_STORY_REPORTS] = "reports",
    [CF_STORY_ENDS] = "ends",
};

const char *cf_story_account(uint32_t account) {
  static const char *const name[CF_ACCOUNT_USES] = {"harvest", "spilled", "stored",  "converter",
                                                    "leakage", "esr",     "silicon", "aged"};
  return account < CF_ACCOUNT_USES ? name[account] : cf_use_name[account - CF_ACCOUNT_USES];
}

/* The node's books as they stand, since the start of the run. */
static void read_books(const cf_node *node, const cf_node_class *class, double joule[CF_STORY_ACCOUNTS]) {
  const cf_body_more *more = cf_body_more_of(&class->body, cf_node_body(node));
  cf_node_stored stored = cf_node_stored_of(node, class);
  joule[CF_ACCOUNT_HARVEST] = node->flows.harvest_j;
  joule[CF_ACCOUNT_SPILLED] = node->flows.spilled_j;
  joule[CF_ACCOUNT_STORED] = stored.end_j - stored.start_j;
  joule[CF_ACCOUNT_CONVERTER] = node->flows.converter_j;
  joule[CF_ACCOUNT_LEAKAGE] = node->flows.leakage_j;
  joule[CF_ACCOUNT_ESR] = node->flows.esr_j;
  joule[CF_ACCOUNT_SILICON] = more ? more->silicon_paid_j : 0.0;
  joule[CF_ACCOUNT_AGED] = more ? more->aged_j : 0.0;
  for (uint32_t u = 0; u < CF_USES; u++) joule[CF_ACCOUNT_USES + u] = node->use_j[u];
}

static void add(cf_story *story, const cf_story_event *event) {
  if (story->count == story->room) {
    size_t room = story->room > 0 ? 2 * story->room : FIRST_ROOM;
    cf_story_event *larger = realloc(story->event, room * sizeof *larger);
    if (!larger) {
      story->full = true;
      return;
    }
    story->event = larger;
    story->room = room;
  }
  story->event[story->count] = *event;
  story->event[story->count++].order = story->order++;
}

/* Drivers are known up to the end of a piece, so they are read just before the instant. */
static double air_at_k(const cf_world *world, uint32_t node, int64_t t_ns) {
  cf_site_view view = cf_world_view_of(world, node);
  cf_drive drive;
  cf_site_piece(&view, t_ns > 0 ? t_ns - 1 : 0, &drive);
  return drive.air_k + drive.air_slope * cf_ticks_to_s(t_ns - drive.from_ns);
}

static void read_body(const cf_world *world, uint32_t index, const cf_body *body, cf_story_event *event) {
  const cf_node_class *class = cf_world_class_of(world, index);
  cf_body_scale scale = cf_node_scale(cf_world_node(world, index));
  event->stored_j = class->body.has_store ? body->store_j : (double)NAN;
  event->stored_share = class->body.has_store ? body->store_j / cf_store_full_j(&class->body, &scale) : (double)NAN;
  event->die_k = cf_modal_temp_k(&class->body.modal, class->body.die_node, body->mode);
  event->air_k = air_at_k(world, index, event->t_ns);
}

/* Inside a decision the belief is over look states; outside, and after a decision that was given up, over the joint
 * states, of which it may then hold only a part. */
static double sum_of(const cf_node *node, uint32_t first, uint32_t step, uint32_t states) {
  double sum = 0.0;
  for (uint32_t s = first; s < states; s += step) sum += node->belief[s];
  return sum;
}

static void read_mind(const cf_node *node, cf_story_event *event) {
  uint32_t states = node->activity >= CF_ACTIVITY_SENSE ? CF_LOOK_STATES : CF_JOINT_STATES;
  double all = sum_of(node, 0, 1, states);
  event->p_event = all > 0.0 ? sum_of(node, 1, 2, states) / all : (double)NAN;
  event->event = node->flags & CF_NODE_EVENT;
  event->powered = node->power != CF_POWER_OFF && node->power != CF_POWER_SHUT;
  event->level = node->level;
}

/* Looks add up: each says how much more the sample's truth is believed than before it. */
static void follow_looks(cf_story *story, const cf_node *node, cf_story_event *event) {
  uint32_t joint = node->look_state & (CF_JOINT_STATES - 1U);
  double now = node->belief[joint] + node->belief[joint + CF_JOINT_STATES];
  if (event->kind == CF_STORY_SAYS || event->kind == CF_STORY_HEARS)
    event->gained_nats = cf_log(fmax(now, 1e-300) / fmax(story->believed, 1e-300));
  story->believed = now;
}

static void fill(const cf_world *world, cf_story *story, cf_story_event *event) {
  const cf_node *node = cf_world_node(world, story->node);
  const cf_node_class *class = cf_world_class_of(world, story->node);
  event->hour_local = cf_world_local_hour(world, event->t_ns);
  event->slot = node->activity >= CF_ACTIVITY_SENSE ? node->believed_slot : node->slot;
  read_body(world, story->node, cf_node_body(node), event);
  read_mind(node, event);
  double joule[CF_STORY_ACCOUNTS];
  read_books(node, class, joule);
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) event->joule[a] = joule[a] - story->booked[a];
  memcpy(story->booked, joule, sizeof joule);
  if (event->kind == CF_STORY_SENSES || event->kind == CF_STORY_SAYS || event->kind == CF_STORY_HEARS)
    follow_looks(story, node, event);
}

void cf_story_note(const cf_at *at, cf_story_event event) {
  cf_story *story = at->world->story;
  if (story->node != at->index) return;
  event.t_ns = at->t_ns;
  fill(at->world, story, &event);
  if (event.kind == CF_STORY_ENDS) {
    const cf_node *node = at->node;
    memcpy(story->books.joule, story->booked, sizeof story->booked);
    story->books.nats = node->nats;
    story->books.decisions = node->decisions;
    story->books.correct = node->correct;
    story->books.missed_samples = node->missed_samples;
    story->books.brownouts = node->brownouts;
    event.books = &story->books;
  }
  add(story, &event);
}

void cf_story_note_hub(const cf_world *world, uint32_t node, int64_t t_ns, cf_story_event event) {
  cf_story *story = world->story;
  if (story->node != node) return;
  double nan = (double)NAN;
  event.t_ns = t_ns;
  event.hour_local = cf_world_local_hour(world, t_ns);
  event.stored_j = event.stored_share = event.die_k = event.air_k = event.p_event = nan;
  if (world->hub_class.group->model.role) event.model = world->hub_class.group->model.role;
  add(story, &event);
}

void cf_story_look(const cf_world *world, int64_t t_ns) {
  cf_story *story = world->story;
  const cf_node *node = cf_world_node(world, story->node);
  cf_story_event event = {
      .kind = CF_STORY_LOOK, .t_ns = t_ns, .hour_local = cf_world_local_hour(world, t_ns), .slot = node->slot};
  cf_body_room room;
  cf_node_peek(world, story->node, t_ns, &room);
  read_body(world, story->node, &room.body, &event);
  read_mind(node, &event);
  add(story, &event);
}

cf_status cf_story_begin(cf_world *world, cf_story *story, const cf_story_listener *listener, cf_diag *diag) {
  if (listener->node >= world->node_count)
    return cf_fail(diag, CF_USAGE, "there is no node %u: the fleet's are 0 to %u", listener->node,
                   world->node_count - 1);
  *story = (cf_story){.listener = listener, .node = listener->node};
  world->story = story;
  cf_story_event event = {.kind = CF_STORY_BEGINS};
  fill(world, story, &event);
  add(story, &event);
  return CF_OK;
}

static int by_time(const void *a, const void *b) {
  const cf_story_event *x = a, *y = b;
  if (x->t_ns != y->t_ns) return x->t_ns < y->t_ns ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

cf_status cf_story_hand_over(cf_story *story, cf_diag *diag) {
  if (story->full) return cf_fail(diag, CF_INTERNAL, "no memory for the story of node %u", story->node);
  if (story->count > 0) qsort(story->event, story->count, sizeof *story->event, by_time);
  cf_status status = CF_OK;
  for (size_t i = 0; i < story->count && status == CF_OK; i++)
    status = story->listener->tell(story->listener->self, &story->event[i], diag);
  story->count = 0;
  return status;
}

void cf_story_end(cf_story *story) {
  free(story->event);
  story->event = NULL;
  story->count = story->room = 0;
}
