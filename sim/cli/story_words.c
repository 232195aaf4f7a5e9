#include "cli/story_words.h"

#include "cognition/likelihood.h"

#include <math.h>

static const char *state_name(uint32_t state) { return state ? "event" : "no event"; }

static void say_outcome(const cf_story_event *event, const char *verb, char *words) {
  const char *sure = cf_outcome_sure(event->outcome) ? "sure" : "unsure";
  snprintf(words, CF_STORY_WORDS, "%s%s%s: %s, %s: %s, %+.2f nats", verb, *verb ? " " : "",
           event->model ? event->model : "model", state_name(cf_outcome_verdict(event->outcome)), sure,
           cf_text_small_share(event->p_event).text, event->gained_nats);
}

static void say_uplink(const cf_story_event *event, char *words) {
  static const char *const what[] = {
      [CF_LINK_HEARD] = "the hub heard it",
      [CF_LINK_COLLIDED] = "lost: another sender spoke",
      [CF_LINK_FADED] = "lost: too weak at the hub",
      [CF_LINK_DEAF] = "lost: the hub sent or slept",
      [CF_LINK_BUSY] = "lost: the hub was busy",
      [CF_LINK_BROKEN_OFF] = "the hub hears it break off",
      [CF_LINK_TOO_LATE] = "too late",
      [CF_LINK_REFUSED] = "refused",
  };
  snprintf(words, CF_STORY_WORDS, "%s", what[event->link]);
}

static void say_hub(const cf_story_event *event, char *words) {
  switch (event->link) {
    case CF_LINK_TOO_LATE:
      snprintf(words, CF_STORY_WORDS, "the hub is too late to answer");
      return;
    case CF_LINK_REFUSED:
      snprintf(words, CF_STORY_WORDS, "the hub may not send: duty cycle");
      return;
    default:
      snprintf(words, CF_STORY_WORDS, "the hub answers: %s, %s", state_name(cf_outcome_verdict(event->outcome)),
               cf_outcome_sure(event->outcome) ? "sure" : "unsure");
  }
}

static void say_report(const cf_story_event *event, char *words) {
  const cf_decision_row *row = &event->decision;
  const char *late = row->correct && !row->on_time ? " but late" : "";
  snprintf(words, CF_STORY_WORDS, "reports %s, %s%s: %s, surprise %.2g, %+.2f nats", state_name(row->answer),
           row->correct ? "right" : "wrong", late, cf_story_joules(row->energy_j).text, row->surprise_nats,
           row->gained_nats);
}

static void say_skip(const cf_story_event *event, char *words) {
  const char *why = !event->busy            ? ""
                    : event->busy[0] == 'd' ? "no power"
                    : event->busy[0] == 's' ? "shut down"
                    : event->busy[0] == 'h' ? "rests, too warm"
                                            : "still busy";
  snprintf(words, CF_STORY_WORDS, "a sample passes unseen: %s%s", why, event->missed ? "; the event was there" : "");
}

static void say_point(const cf_story_event *event, const char *slower, const char *rests, char *words) {
  if (event->points > 1)
    snprintf(words, CF_STORY_WORDS, "%s operating point %u of %u", slower, event->point + 1, event->points);
  else
    snprintf(words, CF_STORY_WORDS, "%s", rests);
}

static void say_think(const cf_story_event *event, char *words) {
  if (event->points > 1)
    snprintf(words, CF_STORY_WORDS, "thinks: %s, operating point %u of %u", event->model, event->point + 1,
             event->points);
  else
    snprintf(words, CF_STORY_WORDS, "thinks: %s", event->model);
}

static void say_brown_out(const cf_story_event *event, char *words) {
  if (event->short_j > 0.0)
    snprintf(words, CF_STORY_WORDS, "browns out, %s short", cf_story_joules(event->short_j).text);
  else
    snprintf(words, CF_STORY_WORDS, "browns out");
}

/* Those that always say the same. */
static const char *plain_words(const cf_story_event *event) {
  switch (event->kind) {
    case CF_STORY_POWER_GOOD:
      return "power is good: boots";
    case CF_STORY_SHUT_DOWN:
      return "too hot: shuts down";
    case CF_STORY_COOLED:
      return "has cooled";
    case CF_STORY_CHECKPOINT:
      return "the store runs low: saves its state";
    case CF_STORY_SAVED:
      return "has saved its state, and turns off";
    case CF_STORY_AWAKE:
      return "is awake";
    case CF_STORY_EVENT_BEGINS:
      return "* the event begins";
    case CF_STORY_EVENT_ENDS:
      return event->missed ? "* the event ends, and was missed" : "* the event ends";
    case CF_STORY_SENT:
      return "has sent, sleeps until the window";
    case CF_STORY_LISTENS:
      return "listens";
    case CF_STORY_SILENCE:
      return "hears nothing";
    case CF_STORY_FADED:
      return "hears an answer too weak to read";
    case CF_STORY_GIVES_UP:
      return "gives up asking";
    case CF_STORY_LOSES:
      return "loses the decision";
    case CF_STORY_ENDS:
      return "the run ends";
    default:
      return "";
  }
}

const char *cf_story_words(const cf_story_event *event, char *words) {
  switch (event->kind) {
    case CF_STORY_BEGINS:
      snprintf(words, CF_STORY_WORDS, "the run begins%s%s", event->powered ? "" : ", without power",
               event->event ? "; the event is there" : "");
      break;
    case CF_STORY_BROWN_OUT:
      say_brown_out(event, words);
      break;
    case CF_STORY_THROTTLE:
      say_point(event, "too warm: down to", "too warm: rests", words);
      break;
    case CF_STORY_UNTHROTTLE:
      say_point(event, "cooler: up to", "cooler: works again", words);
      break;
    case CF_STORY_SKIPS:
      say_skip(event, words);
      break;
    case CF_STORY_SENSES:
      snprintf(words, CF_STORY_WORDS, "senses, expects the event with %s", cf_text_small_share(event->p_event).text);
      break;
    case CF_STORY_THINKS:
      say_think(event, words);
      break;
    case CF_STORY_SAYS:
      say_outcome(event, "", words);
      break;
    case CF_STORY_HEARS:
      say_outcome(event, "hears", words);
      break;
    case CF_STORY_ASKS:
      snprintf(words, CF_STORY_WORDS, "asks the hub%s, channel %u", event->attempt ? " again" : "", event->channel);
      break;
    case CF_STORY_UPLINK:
      say_uplink(event, words);
      break;
    case CF_STORY_HUB_ANSWERS:
      say_hub(event, words);
      break;
    case CF_STORY_BACKS_OFF:
      snprintf(words, CF_STORY_WORDS, "will ask again in %s",
               cf_text_duration(cf_ticks_to_s(event->until_ns - event->t_ns)).text);
      break;
    case CF_STORY_REPORTS:
      say_report(event, words);
      break;
    default:
      snprintf(words, CF_STORY_WORDS, "%s", plain_words(event));
  }
  return words;
}

cf_ink cf_story_ink(const cf_story_event *event) {
  switch (event->kind) {
    case CF_STORY_BROWN_OUT:
    case CF_STORY_SHUT_DOWN:
    case CF_STORY_LOSES:
      return CF_INK_RED;
    case CF_STORY_THROTTLE:
    case CF_STORY_CHECKPOINT:
    case CF_STORY_GIVES_UP:
      return CF_INK_YELLOW;
    case CF_STORY_REPORTS:
      return event->decision.correct ? CF_INK_GREEN : CF_INK_RED;
    case CF_STORY_EVENT_BEGINS:
    case CF_STORY_EVENT_ENDS:
      return CF_INK_BOLD;
    case CF_STORY_UPLINK:
    case CF_STORY_HUB_ANSWERS:
    case CF_STORY_SKIPS:
      return CF_INK_DIM;
    default:
      return CF_INK_NONE;
  }
}

cf_text cf_story_joules(double energy_j) {
  static const struct {
    const char *name;
    double joules;
  } unit[] = {{"MJ", 1e6}, {"kJ", 1e3}, {"J", 1.0}, {"mJ", 1e-3}, {"uJ", 1e-6}, {"nJ", 1e-9}};
  enum { UNITS = sizeof unit / sizeof unit[0] };
  cf_text text;
  double size = fabs(energy_j);
  if (!isfinite(energy_j)) return (cf_text){"-"};
  if (size == 0.0) return (cf_text){"0 J"};
  unsigned at = 0;
  while (at + 1 < UNITS && size < 0.9995 * unit[at].joules) at++;
  double value = energy_j / unit[at].joules;
  int decimals = fabs(value) >= 99.95 ? 0 : fabs(value) >= 9.995 ? 1 : 2;
  snprintf(text.text, sizeof text.text, "%.*f %s", decimals, value, unit[at].name);
  return text;
}

const char *cf_story_flows(const double joule[CF_STORY_ACCOUNTS], char *words) {
  uint32_t largest = 0;
  for (uint32_t a = 0; a < CF_STORY_ACCOUNTS; a++) {
    if (a == CF_ACCOUNT_HARVEST || a == CF_ACCOUNT_SPILLED || a == CF_ACCOUNT_STORED) continue;
    if (joule[a] > 0.0 && (largest == 0 || joule[a] > joule[largest])) largest = a;
  }
  double taken_j = joule[CF_ACCOUNT_HARVEST] - joule[CF_ACCOUNT_SPILLED];
  size_t used = 0;
  words[0] = '\0';
  if (taken_j > 0.0) used = (size_t)snprintf(words, CF_STORY_WORDS, "+%s", cf_story_joules(taken_j).text);
  if (largest)
    snprintf(words + used, CF_STORY_WORDS - used, "%s%s %s", used ? ", " : "", cf_story_account(largest),
             cf_story_joules(joule[largest]).text);
  return words;
}
