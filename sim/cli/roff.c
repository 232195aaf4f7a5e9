#include "cli/roff.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_CELLS = 8, LONGEST_TEXT = 8192, LONGEST_WORD = 1024 };

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* A text on its way out, escaped word by word. */
typedef struct filler {
  FILE *out;
  unsigned width;  /* of a line of source */
  unsigned column; /* already written of it */
  char word[LONGEST_WORD];
  unsigned length; /* of the word that is being made */
} filler;

static void end_word(filler *fill) {
  if (fill->length == 0) return;
  if (fill->column > 0 && fill->column + 1 + fill->length <= fill->width) {
    fputc(' ', fill->out);
    fill->column++;
  } else if (fill->column > 0) {
    fputc('\n', fill->out);
    fill->column = 0;
  }
  /* A control character at the start of a line would make a request of it. */
  if (fill->column == 0 && (fill->word[0] == '.' || fill->word[0] == '\'')) fputs("\\&", fill->out);
  fwrite(fill->word, 1, fill->length, fill->out);
  fill->column += fill->length;
  fill->length = 0;
}

static void put(filler *fill, const char *text) {
  size_t length = strlen(text);
  if (fill->length + length > sizeof fill->word) end_word(fill);
  memcpy(fill->word + fill->length, text, length);
  fill->length += (unsigned)length;
}

/* The code point at the start of `text`, and its bytes; a byte that begins no UTF-8 stands for itself. */
static unsigned code_point(const char *text, unsigned long *point) {
  const unsigned char *byte = (const unsigned char *)text;
  unsigned bytes = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : byte[0] >= 0xC0 ? 2 : 1;
  *point = bytes > 1 ? byte[0] & (0x7FU >> bytes) : byte[0];
  for (unsigned i = 1; i < bytes; i++) {
    if ((byte[i] & 0xC0) != 0x80) {
      *point = byte[0];
      return 1;
    }
    *point = *point << 6 | (byte[i] & 0x3FU);
  }
  return bytes;
}

static bool is_letter(char c) { return isalpha((unsigned char)c) != 0; }

/* The character at text[at], escaped; returns its bytes. In code every character stays as it is typed; elsewhere a dash
 * between letters is a hyphen and an apostrophe is one. */
static unsigned escape(const char *text, size_t at, bool code, char into[16]) {
  static const struct {
    char character;
    const char *name;
  } named[] = {{'\\', "\\e"}, {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}, {'"', "\\(dq"}};
  char c = text[at];
  if ((unsigned char)c >= 0x80) {
    unsigned long point;
    unsigned bytes = code_point(text + at, &point);
    snprintf(into, 16, "\\[u%04lX]", point);
    return bytes;
  }
  bool hyphen = at > 0 && is_letter(text[at - 1]) && is_letter(text[at + 1]);
  if (c == '-' && (code || !hyphen))
    snprintf(into, 16, "\\-");
  else if (c == '\'' && code)
    snprintf(into, 16, "\\(aq");
  else
    snprintf(into, 16, "%c", c);
  for (unsigned i = 0; i < sizeof named / sizeof named[0]; i++)
    if (named[i].character == c) snprintf(into, 16, "%s", named[i].name);
  return 1;
}

/* Bytes of a link's end, "](address)", at `text`; 0 when there is none. */
static size_t link_end(const char *text) {
  const char *close = strncmp(text, "](", 2) == 0 ? strchr(text, ')') : NULL;
  return close ? (size_t)(close - text) + 1 : 0;
}

/* Whether the star at text[at] opens stress: it touches a word, and another star closes it. */
static bool opens_stress(const char *text, size_t at) {
  return text[at + 1] && !isspace((unsigned char)text[at + 1]) && text[at + 1] != '*' && strchr(text + at + 1, '*');
}

static void fill_text(filler *fill, const char *text) {
  bool code = false, stress = false;
  for (size_t at = 0; text[at];) {
    char escaped[16], c = text[at];
    size_t skipped = code ? 0 : link_end(text + at);
    if (isspace((unsigned char)c)) {
      end_word(fill);
      at++;
    } else if (c == '`' && (code || strchr(text + at + 1, '`'))) {
      code = !code;
      put(fill, code ? "\\fB" : "\\fR");
      at++;
    } else if (c == '*' && !code && (stress || opens_stress(text, at))) {
      stress = !stress;
      put(fill, stress ? "\\fI" : "\\fR");
      at++;
    } else if (skipped) {
      at += skipped;
    } else if (c == '[' && !code && link_end(text + at + strcspn(text + at, "]"))) {
      at++;
    } else {
      at += escape(text, at, code, escaped);
      put(fill, escaped);
    }
  }
  end_word(fill);
}

static void text_lines(FILE *out, const char *text) {
  filler fill = {.out = out, .width = CF_ROFF_WIDTH};
  fill_text(&fill, text);
  if (fill.column) fputc('\n', out);
}

static void text_in_line(FILE *out, const char *text) {
  filler fill = {.out = out, .width = LONGEST_TEXT};
  fill_text(&fill, text);
  fputc('\n', out);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

cf_roff cf_roff_start(FILE *out, const cf_roff_page *page) {
  char title[128];
  size_t length = 0;
  for (const char *from = page->name; *from && length + 3 < sizeof title; from++) {
    if (*from == '-') title[length++] = '\\';
    title[length++] = (char)toupper((unsigned char)*from);
  }
  title[length] = '\0';
  fprintf(out, ".TH %s %c %s \"coldfleet %s\" \"%s\"\n.SH NAME\n", title, page->section, page->date, page->version,
          page->title);
  filler fill = {.out = out, .width = CF_ROFF_WIDTH};
  for (const char *from = page->name; *from; from++) put(&fill, *from == '-' ? "\\-" : (char[]){*from, '\0'});
  fill_text(&fill, " - ");
  fill_text(&fill, page->about);
  fputc('\n', out);
  return (cf_roff){.out = out, .last = CF_ROFF_OTHER};
}

static void macro_line(cf_roff *roff, const char *macro, const char *text) {
  fprintf(roff->out, ".%s ", macro);
  text_in_line(roff->out, text);
  roff->last = CF_ROFF_HEADING;
}

void cf_roff_heading(cf_roff *roff, const char *text) {
  char capitals[256];
  snprintf(capitals, sizeof capitals, "%s", text);
  for (char *at = capitals, code = 0; *at; at++) {
    if (*at == '`') code = !code;
    if (!code) *at = (char)toupper((unsigned char)*at);
  }
  macro_line(roff, "SH", capitals);
}

void cf_roff_subheading(cf_roff *roff, const char *text) { macro_line(roff, "SS", text); }

static void separate(cf_roff *roff) {
  if (roff->last != CF_ROFF_HEADING) fputs(".PP\n", roff->out);
}

void cf_roff_paragraph(cf_roff *roff, const char *text) {
  separate(roff);
  text_lines(roff->out, text);
  roff->last = CF_ROFF_TEXT;
}

void cf_roff_term(cf_roff *roff, const char *term, const char *text) {
  fputs(".TP\n", roff->out);
  text_in_line(roff->out, term);
  text_lines(roff->out, text);
  roff->last = CF_ROFF_OTHER;
}

void cf_roff_literal(cf_roff *roff, const char *text) {
  char escaped[16];
  separate(roff);
  fputs(".EX\n", roff->out);
  for (size_t at = 0; text[at];) {
    if ((at == 0 || text[at - 1] == '\n') && (text[at] == '.' || text[at] == '\'')) fputs("\\&", roff->out);
    at += escape(text, at, true, escaped);
    fputs(escaped, roff->out);
    if (!text[at] && text[at - 1] != '\n') fputc('\n', roff->out);
  }
  fputs(".EE\n", roff->out);
  roff->last = CF_ROFF_OTHER;
}

/* ---- Markdown ---------------------------------------------------------------------------------------------------- */

typedef struct reader {
  cf_roff *roff;
  char text[LONGEST_TEXT]; /* of the paragraph or the item that is being read */
  size_t length;
  bool item;       /* of a list */
  bool code;       /* inside a fence */
  unsigned header; /* columns of the table that is being read; 0: none */
  char head[MOST_CELLS][64];
} reader;

static void append(reader *read, const char *line) {
  while (isspace((unsigned char)*line) && !read->code) line++;
  int written = snprintf(read->text + read->length, sizeof read->text - read->length, "%s\n", line);
  read->length += (size_t)written;
  if (read->length >= sizeof read->text) read->length = sizeof read->text - 1;
}

static void end_block(reader *read) {
  read->header = 0;
  if (read->length == 0) return;
  if (read->item) {
    fputs(".IP \\(bu 2\n", read->roff->out);
    text_lines(read->roff->out, read->text);
    read->roff->last = CF_ROFF_OTHER;
  } else {
    cf_roff_paragraph(read->roff, read->text);
  }
  read->item = false;
  read->length = 0;
}

/* Splits "| a | b |" in place. */
static unsigned split(char *line, char *cell[MOST_CELLS]) {
  unsigned count = 0;
  for (char *at = line + 1; *at && count < MOST_CELLS;) {
    char *end = strchr(at, '|');
    if (!end) break;
    while (*at == ' ') at++;
    cell[count++] = at;
    char *last = end;
    while (last > at && last[-1] == ' ') last--;
    *last = '\0';
    at = end + 1;
  }
  return count;
}

static void read_row(reader *read, char *line) {
  char *cell[MOST_CELLS], between[1024];
  unsigned count = split(line, cell);
  if (count == 0 || strncmp(cell[0], "---", 3) == 0) return;
  if (read->header == 0) {
    end_block(read);
    read->header = count;
    for (unsigned i = 0; i < count; i++) snprintf(read->head[i], sizeof read->head[i], "%s", cell[i]);
    return;
  }
  size_t length = 0;
  for (unsigned i = 1; i + 1 < count && i + 1 < read->header; i++) {
    if (!*cell[i] || strcmp(cell[i], "-") == 0 || length >= sizeof between) continue;
    length += (size_t)snprintf(between + length, sizeof between - length, "%s*%s* %s", length ? "; " : "",
                               read->head[i], cell[i]);
  }
  cf_roff_term(read->roff, cell[0], cell[count - 1]);
  if (length == 0) return;
  fputs(".br\n", read->roff->out);
  text_lines(read->roff->out, between);
}

static void read_line(reader *read, char *line) {
  bool fence = strncmp(line, "```", 3) == 0;
  if (fence && read->code) {
    cf_roff_literal(read->roff, read->text);
    read->length = 0;
    read->code = false;
  } else if (fence) {
    end_block(read);
    read->code = true;
  } else if (read->code) {
    append(read, line);
  } else if (*line == '\0') {
    end_block(read);
  } else if (*line == '|') {
    read_row(read, line);
  } else if (*line == '#') {
    end_block(read);
    if (strncmp(line, "## ", 3) == 0) cf_roff_heading(read->roff, line + 3);
    if (strncmp(line, "### ", 4) == 0) cf_roff_subheading(read->roff, line + 4);
  } else {
    bool item = strncmp(line, "* ", 2) == 0 || strncmp(line, "- ", 2) == 0;
    if (item) end_block(read);
    if (item) read->item = true;
    append(read, item ? line + 2 : line);
  }
}

void cf_roff_markdown(cf_roff *roff, const char *markdown) {
  reader read = {.roff = roff};
  char line[LONGEST_TEXT];
  for (const char *at = markdown; *at;) {
    size_t length = strcspn(at, "\n");
    snprintf(line, sizeof line, "%.*s", (int)length, at);
    read_line(&read, line);
    at += length + (at[length] == '\n');
  }
  end_block(&read);
}
