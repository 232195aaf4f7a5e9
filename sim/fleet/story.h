/* The story of one node: everything that happens to it while a run goes on, with the joules that went meanwhile, what
 * is stored, how warm the die is, and what the node believes.
 *
 * A listener hears the events in order of time; at one instant in the order in which they came about, those of its hub
 * last. The joules of an event are those since the event before it, by account: differences of the node's own books, so
 * that they sum to them. Listening touches nothing: the digest is the same, and without a listener the handlers take
 * one branch that always goes the same way.
 *
 * Buffers are written by the shard of the node and by that of its hub, which are of different tiers and never run at
 * the same time; the run's thread empties them between windows. */
#ifndef CF_FLEET_STORY_H
#define CF_FLEET_STORY_H

#include "base/diag.h"
#include "fleet/class.h"
#include "fleet/recorder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cf_story_kind {
  CF_STORY_BEGINS, /* of the run */
  CF_STORY_LOOK,   /* nothing happened: the body as it stands, at regular instants; no joules */
  CF_STORY_BROWN_OUT,
  CF_STORY_POWER_GOOD,
  CF_STORY_THROTTLE,
  CF_STORY_UNTHROTTLE,
  CF_STORY_SHUT_DOWN,
  CF_STORY_COOLED,
  CF_STORY_CHECKPOINT,   /* begins to save its state */
  CF_STORY_SAVED,        /* has saved it, and turns off */
  CF_STORY_AWAKE,        /* has booted */
  CF_STORY_EVENT_BEGINS, /* of the hidden truth */
  CF_STORY_EVENT_ENDS,
  CF_STORY_SKIPS,  /* a slot that nobody looked at */
  CF_STORY_SENSES, /* a decision begins */
  CF_STORY_THINKS,
  CF_STORY_SAYS, /* what a local model found */
  CF_STORY_ASKS, /* begins to send */
  CF_STORY_SENT,
  CF_STORY_UPLINK,      /* what became of the frame at the hub */
  CF_STORY_HUB_ANSWERS, /* the hub has thought, and answers or not */
  CF_STORY_LISTENS,
  CF_STORY_SILENCE, /* a receive window ended empty */
  CF_STORY_FADED,   /* an answer came and could not be read */
  CF_STORY_HEARS,   /* an answer */
  CF_STORY_BACKS_OFF,
  CF_STORY_GIVES_UP, /* no answer, and no further attempt */
  CF_STORY_LOSES,    /* the decision, for want of power or for heat */
  CF_STORY_REPORTS,  /* and sleeps */
  CF_STORY_ENDS,     /* of the run */
  CF_STORY_KINDS
} cf_story_kind;

/* One word each, for tables: "brown-out", "says", ... */
extern const char *const cf_story_name[CF_STORY_KINDS];

/* What became of an uplink, and of an answer. */
typedef enum cf_story_link {
  CF_LINK_HEARD,
  CF_LINK_COLLIDED,
  CF_LINK_FADED,
  CF_LINK_DEAF,
  CF_LINK_BUSY,
  CF_LINK_BROKEN_OFF,
  CF_LINK_TOO_LATE,
  CF_LINK_REFUSED /* by the duty cycle */
} cf_story_link;

/* The accounts of a node, as in table ledger; harvest = all the others. */
enum {
  CF_ACCOUNT_HARVEST,
  CF_ACCOUNT_SPILLED,
  CF_ACCOUNT_STORED,
  CF_ACCOUNT_CONVERTER,
  CF_ACCOUNT_LEAKAGE,
  CF_ACCOUNT_ESR,
  CF_ACCOUNT_SILICON,
  CF_ACCOUNT_AGED,
  CF_ACCOUNT_USES, /* here the uses of class.h begin */
  CF_STORY_ACCOUNTS = CF_ACCOUNT_USES + CF_USES
};
const char *cf_story_account(uint32_t account);

/* The node's own books when the run has ended. */
typedef struct cf_story_books {
  double joule[CF_STORY_ACCOUNTS];
  double nats; /* gained by its decisions */
  uint32_t decisions, correct, missed_samples, brownouts;
} cf_story_books;

/* Fields that an event does not have are 0, NAN or NULL. */
typedef struct cf_story_event {
  cf_story_kind kind;
  int64_t t_ns;
  uint32_t order; /* among the events of one instant */
  double hour_local;
  double joule[CF_STORY_ACCOUNTS]; /* since the last event that has any; none for LOOK, UPLINK and HUB_ANSWERS */
  double stored_j, stored_share;   /* main store; NAN on the mains */
  double die_k, air_k;
  uint32_t level;      /* of throttling */
  bool powered, event; /* event: the hidden truth, now */
  double p_event;      /* what the node believes */
  /* Of a sample and a decision. */
  uint32_t slot;
  const char *model; /* THINKS, SAYS: its role. HEARS, HUB_ANSWERS: the hub's */
  uint32_t point;    /* THINKS: operating point, from 0, */
  uint32_t points;   /* of so many */
  uint32_t outcome;  /* SAYS, HEARS, HUB_ANSWERS: cognition/likelihood.h */
  uint32_t attempt;  /* ASKS: from 0 */
  uint32_t channel;
  cf_story_link link;          /* UPLINK, HUB_ANSWERS (HEARD: it answers) */
  int64_t until_ns;            /* what has begun ends here; 0: not known */
  double short_j;              /* BROWN_OUT: what the interrupted activity still needed */
  double gained_nats;          /* SAYS, HEARS: gain in ln q(truth of the sample) by this look */
  bool missed;                 /* EVENT_ENDS: without an alarm. SKIPS: the event was there */
  const char *busy;            /* SKIPS: "down", "shut", "hot" (rests), or "busy" */
  cf_decision_row decision;    /* REPORTS */
  const cf_story_books *books; /* ENDS: the node's; NULL otherwise */
} cf_story_event;

/* Who wants to hear the story of which node. */
typedef struct cf_story_listener {
  uint32_t node;
  int64_t look_every_ns; /* LOOK events; 0: none */
  void *self;
  cf_status (*tell)(void *self, const cf_story_event *event, cf_diag *diag); /* another status ends the run */
} cf_story_listener;

typedef struct cf_story {
  const cf_story_listener *listener;
  uint32_t node;
  uint32_t order;
  cf_story_event *event; /* not handed over yet */
  size_t count, room;
  bool full;                        /* there was no memory */
  double booked[CF_STORY_ACCOUNTS]; /* at the last event */
  double believed;                  /* q(truth of the sample) at the last look */
  cf_story_books books;
} cf_story;

struct cf_world;
struct cf_at;

/* Begins to listen in a world that has just been made. CF_USAGE: no such node. */
cf_status cf_story_begin(struct cf_world *world, cf_story *story, const cf_story_listener *listener, cf_diag *diag);

/* Notes an event of the node in hand, if it is the one that is listened to: fills what is common to all kinds. Only
 * where world->story is not NULL. */
void cf_story_note(const struct cf_at *at, cf_story_event event);

/* The same for something that a hub knows of a node. */
void cf_story_note_hub(const struct cf_world *world, uint32_t node, int64_t t_ns, cf_story_event event);

/* Adds a LOOK at t_ns, which no event lies behind. */
void cf_story_look(const struct cf_world *world, int64_t t_ns);

/* Tells the listener what has come, and forgets it. */
cf_status cf_story_hand_over(cf_story *story, cf_diag *diag);

void cf_story_end(cf_story *story);

#endif
