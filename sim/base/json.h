/* Writes JSON (RFC 8259), indented by two blanks, or dense: without blanks and line feeds, and without any '<', so that
 * it can stand inside a page. Commas, quoting and escapes are its business. NAN and infinities are written as null,
 * reals with the fewest digits that read back as the same bits. Bytes that are not UTF-8 are written as U+FFFD. */
#ifndef CF_BASE_JSON_H
#define CF_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { CF_JSON_DEPTH = 16 };

typedef struct cf_json {
  FILE *out;
  bool dense;
  unsigned depth;
  bool used[CF_JSON_DEPTH]; /* something stands already at that depth */
  char close[CF_JSON_DEPTH];
} cf_json;

cf_json cf_json_start(FILE *out);
cf_json cf_json_start_dense(FILE *out);
/* `key` is NULL inside a list and at the top. */
void cf_json_object(cf_json *json, const char *key);
void cf_json_list(cf_json *json, const char *key);
void cf_json_close(cf_json *json);                                   /* after the outermost one a line feed follows */
void cf_json_text(cf_json *json, const char *key, const char *text); /* NULL: null */
void cf_json_real(cf_json *json, const char *key, double value);
void cf_json_count(cf_json *json, const char *key, uint64_t value);
void cf_json_integer(cf_json *json, const char *key, int64_t value);
void cf_json_bool(cf_json *json, const char *key, bool value);
/* JSON already. In a dense one every "<" of it is escaped, which is right inside strings, the only place it may have.
 */
void cf_json_raw(cf_json *json, const char *key, const char *text);

#endif
