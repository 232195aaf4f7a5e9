/* The events of a node's story in words. Pure functions of their arguments. */
#ifndef CF_CLI_STORY_WORDS_H
#define CF_CLI_STORY_WORDS_H

#include "cli/terminal.h"
#include "fleet/story.h"

enum { CF_STORY_WORDS = 192 };

/* What happened: "senses, expects the event with 3 %". `words` has CF_STORY_WORDS bytes; returns it. */
const char *cf_story_words(const cf_story_event *event, char *words);

/* Good, bad or plain. */
cf_ink cf_story_ink(const cf_story_event *event);

/* Joules with the prefix in which they read well: "12.3 mJ". Three significant digits. */
cf_text cf_story_joules(double energy_j);

/* What went since the line before, in a few words: "+3.10 mJ, sense 12.0 mJ" (harvest taken, largest use or loss); ""
 * when nothing did. `words` has CF_STORY_WORDS bytes. */
const char *cf_story_flows(const double joule[CF_STORY_ACCOUNTS], char *words);

#endif
