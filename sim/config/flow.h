/* A tree as one line of YAML, to be read again as the value of a setting: "{model: supercap-5v, capacitance: 0.47 F}".
 *
 * Reading it gives the same kinds, keys and texts; a text is written plain or in quotes as it needs, so whether it was
 * quoted is only kept where it is (a number in quotes stays in quotes). */
#ifndef CF_CONFIG_FLOW_H
#define CF_CONFIG_FLOW_H

#include "config/tree.h"

/* The text in the arena; NULL when there is no memory. */
char *cf_flow_text(cf_arena *arena, const cf_tree_node *node);

/* Whether a text can stand plain, as the value of a setting and inside brackets. */
bool cf_flow_is_plain(const char *text);

#endif
