#include "cli/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Bytes of the UTF-8 character at `text`, 0 when it is none (RFC 3629: no overlong forms, no surrogates). */
static unsigned character(const unsigned char *text) {
  unsigned length = text[0] < 0x80   ? 1
                    : text[0] < 0xC2 ? 0
                    : text[0] < 0xE0 ? 2
                    : text[0] < 0xF0 ? 3
                    : text[0] < 0xF5 ? 4
                                     : 0;
  for (unsigned i = 1; i < length; i++)
    if ((text[i] & 0xC0) != 0x80) return 0;
  if (text[0] == 0xE0 && text[1] < 0xA0) return 0;
  if (text[0] == 0xED && text[1] >= 0xA0) return 0;
  if (text[0] == 0xF0 && text[1] < 0x90) return 0;
  if (text[0] == 0xF4 && text[1] >= 0x90) return 0;
  return length;
}

static void quote(FILE *out, const char *string) {
  const unsigned char *text = (const unsigned char *)string;
  fputc('"', out);
  while (*text) {
    unsigned length = character(text);
    if (length == 0) {
      fputs("\\ufffd", out);
      text++;
    } else if (*text == '"' || *text == '\\') {
      fprintf(out, "\\%c", *text++);
    } else if (*text == '\n') {
      fputs("\\n", out);
      text++;
    } else if (*text < 0x20 || *text == 0x7F) {
      fprintf(out, "\\u%04x", *text++);
    } else {
      fwrite(text, 1, length, out);
      text += length;
    }
  }
  fputc('"', out);
}

static void place(cf_json *json, const char *key) {
  if (json->depth > 0) {
    bool *used = &json->used[json->depth - 1];
    fputs(*used ? ",\n" : "\n", json->out);
    *used = true;
    for (unsigned i = 0; i < json->depth; i++) fputs("  ", json->out);
  }
  if (key) {
    quote(json->out, key);
    fputs(": ", json->out);
  }
}

static void enter(cf_json *json, const char *key, char open, char close) {
  place(json, key);
  assert(json->depth < CF_JSON_DEPTH);
  fputc(open, json->out);
  json->used[json->depth] = false;
  json->close[json->depth++] = close;
}

cf_json cf_json_start(FILE *out) { return (cf_json){.out = out}; }
void cf_json_object(cf_json *json, const char *key) { enter(json, key, '{', '}'); }
void cf_json_list(cf_json *json, const char *key) { enter(json, key, '[', ']'); }

void cf_json_close(cf_json *json) {
  assert(json->depth > 0);
  json->depth--;
  if (json->used[json->depth]) {
    fputc('\n', json->out);
    for (unsigned i = 0; i < json->depth; i++) fputs("  ", json->out);
  }
  fputc(json->close[json->depth], json->out);
  if (json->depth == 0) fputc('\n', json->out);
}

void cf_json_text(cf_json *json, const char *key, const char *text) {
  place(json, key);
  if (text)
    quote(json->out, text);
  else
    fputs("null", json->out);
}

void cf_json_real(cf_json *json, const char *key, double value) {
  char digits[40];
  place(json, key);
  if (!isfinite(value)) {
    fputs("null", json->out);
    return;
  }
  for (int precision = 15; precision <= 17; precision++) {
    snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (strtod(digits, NULL) == value) break;
  }
  fputs(digits, json->out);
}

void cf_json_count(cf_json *json, const char *key, uint64_t value) {
  place(json, key);
  fprintf(json->out, "%llu", (unsigned long long)value);
}

void cf_json_integer(cf_json *json, const char *key, int64_t value) {
  place(json, key);
  fprintf(json->out, "%lld", (long long)value);
}

void cf_json_bool(cf_json *json, const char *key, bool value) {
  place(json, key);
  fputs(value ? "true" : "false", json->out);
}
