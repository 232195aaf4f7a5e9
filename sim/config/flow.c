#include "config/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One character of UTF-8 (which the reader has checked) and its length. */
static uint32_t code_point(const char *text, size_t *length) {
  const unsigned char *s = (const unsigned char *)text;
  size_t more = s[0] < 0x80 ? 0 : s[0] < 0xE0 ? 1 : s[0] < 0xF0 ? 2 : 3;
  uint32_t point = more == 0 ? s[0] : s[0] & (0x3FU >> more);
  for (size_t i = 1; i <= more; i++) point = point << 6 | (s[i] & 0x3FU);
  *length = more + 1;
  return point;
}

static bool is_word(uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c > 0xA0 && c < 0x2000);
}

/* Words and numbers with units, and nothing that means something to YAML. */
bool cf_flow_is_plain(const char *text) {
  size_t length, end = strlen(text);
  const char *first = text + strspn(text, "+-.");
  if (!*first || first - text > 2 || !is_word(code_point(first, &length)) || text[end - 1] == ' ') return false;
  for (const char *p = first; *p; p += length) {
    uint32_t c = code_point(p, &length);
    bool inside = c == ':' && p[1] && is_word((unsigned char)p[1]); /* 12:30 */
    if (!is_word(c) && !inside && !(c < 0x80 && strchr(" ._+-/%*^", (int)c))) return false;
  }
  return true;
}

static void quoted(FILE *out, const char *text) {
  fputc('"', out);
  for (size_t length; *text; text += length) {
    uint32_t c = code_point(text, &length);
    if (c == '"' || c == '\\')
      fprintf(out, "\\%c", (int)c);
    else if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || (c >= 0x2000 && c < 0x2070) || (c >= 0xFE00 && c <= 0xFFFF))
      fprintf(out, "\\u%04X", (unsigned)c); /* what ends a line, or what libyaml refuses to read */
    else
      fwrite(text, 1, length, out);
  }
  fputc('"', out);
}

static void word(FILE *out, const char *text, bool plain) {
  if (plain && cf_flow_is_plain(text))
    fputs(text, out);
  else
    quoted(out, text);
}

static void flow(FILE *out, const cf_tree_node *node) {
  if (node->kind == CF_TREE_SCALAR) {
    if (cf_tree_is_null(node))
      fputs("null", out);
    else
      word(out, node->text, !node->quoted);
    return;
  }
  fputc(node->kind == CF_TREE_MAP ? '{' : '[', out);
  for (const cf_tree_node *child = node->first; child; child = child->next) {
    if (child != node->first) fputs(", ", out);
    if (node->kind == CF_TREE_MAP) {
      word(out, child->key, true);
      fputs(": ", out);
    }
    flow(out, child);
  }
  fputc(node->kind == CF_TREE_MAP ? '}' : ']', out);
}

char *cf_flow_text(cf_arena *arena, const cf_tree_node *node) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  flow(out, node);
  bool good = fclose(out) == 0;
  char *copy = good ? cf_arena_copy(arena, text, length) : NULL;
  free(text);
  return copy;
}
