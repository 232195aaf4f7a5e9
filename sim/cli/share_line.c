#include "cli/share_line.h"

#include <string.h>

enum { LEAST_COLUMNS = 3 };

/* One piece: as much of its label as fits, the rest drawn. */
static void print_piece(FILE *out, const cf_share *part, double share, unsigned room, const char *line) {
  char label[128];
  unsigned length = (unsigned)snprintf(label, sizeof label, " %.60s %.30s ", part->name, cf_text_share(share, 0).text);
  if (length > room) length = (unsigned)snprintf(label, sizeof label, " %.60s ", part->name);
  if (length > room) length = (unsigned)snprintf(label, sizeof label, "%.60s", part->name);
  if (length > room) label[0] = '\0';
  fputs(label, out);
  for (unsigned column = (unsigned)strlen(label); column < room; column++) fputs(line, out);
}

void cf_share_line(const cf_terminal *out, const cf_share *part, unsigned parts, unsigned columns) {
  const char *line = out->utf8 ? "\u2500" : "-";
  double whole = 0, before = 0;
  unsigned room = columns - 2, used = 0;
  for (unsigned i = 0; i < parts; i++) whole += part[i].amount > 0 ? part[i].amount : 0;
  if (!(whole > 0)) return;
  fputs(out->utf8 ? "\u251c" : "|", out->out);
  for (unsigned i = 0; i < parts; i++) {
    if (!(part[i].amount > 0)) continue;
    before += part[i].amount;
    unsigned end = (unsigned)(before / whole * room + 0.5);
    if (end < used + LEAST_COLUMNS) break;
    bool last = end >= room;
    print_piece(out->out, &part[i], part[i].amount / whole, end - used - !last, line);
    if (!last) fputs(out->utf8 ? "\u253c" : "+", out->out);
    used = end;
  }
  for (; used < room; used++) fputs(line, out->out);
  fputs(out->utf8 ? "\u2524" : "|", out->out);
}
