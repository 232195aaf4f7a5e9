#include "base/json.h"

#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static void quote(const cf_json *json, const char *string) {
  FILE *out = json->out;
  const unsigned char *text = (const unsigned char *)string;
  fputc('"', out);
  while (*text) {
    unsigned length = cf_utf8_length(text);
    if (length == 0) {
      fputs("\\ufffd", out);
      text++;
    } else if (*text == '"' || *text == '\\') {
      fprintf(out, "\\%c", *text++);
    } else if (*text == '\n') {
      fputs("\\n", out);
      text++;
    } else if (*text < 0x20 || *text == 0x7F || (json->dense && *text == '<')) {
      fprintf(out, "\\u%04x", *text++);
    } else {
      fwrite(text, 1, length, out);
      text += length;
    }
  }
  fputc('"', out);
}

static void break_line(const cf_json *json) {
  if (json->dense) return;
  fputc('\n', json->out);
  for (unsigned i = 0; i < json->depth; i++) fputs("  ", json->out);
}

static void place(cf_json *json, const char *key) {
  if (json->depth > 0) {
    bool *used = &json->used[json->depth - 1];
    if (*used) fputc(',', json->out);
    *used = true;
    break_line(json);
  }
  if (key) {
    quote(json, key);
    fputs(json->dense ? ":" : ": ", json->out);
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
cf_json cf_json_start_dense(FILE *out) { return (cf_json){.out = out, .dense = true}; }
void cf_json_object(cf_json *json, const char *key) { enter(json, key, '{', '}'); }
void cf_json_list(cf_json *json, const char *key) { enter(json, key, '[', ']'); }

void cf_json_close(cf_json *json) {
  assert(json->depth > 0);
  json->depth--;
  if (json->used[json->depth]) break_line(json);
  fputc(json->close[json->depth], json->out);
  if (json->depth == 0 && !json->dense) fputc('\n', json->out);
}

void cf_json_text(cf_json *json, const char *key, const char *text) {
  place(json, key);
  if (text)
    quote(json, text);
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

void cf_json_raw(cf_json *json, const char *key, const char *text) {
  place(json, key);
  for (; *text; text++)
    if (json->dense && *text == '<')
      fputs("\\u003c", json->out);
    else
      fputc(*text, json->out);
}
