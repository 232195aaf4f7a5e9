#include "report/html.h"

#include "base/utf8.h"

#include <sha256.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* One character; returns where the next begins. */
static const unsigned char *put(FILE *out, const unsigned char *text) {
  unsigned length = cf_utf8_length(text);
  if (length == 0) {
    fputs("\xEF\xBF\xBD", out); /* U+FFFD */
    return text + 1;
  }
  if (*text == '&') {
    fputs("&amp;", out);
  } else if (*text == '<') {
    fputs("&lt;", out);
  } else if (*text == '>') {
    fputs("&gt;", out);
  } else if (*text == '"') {
    fputs("&quot;", out);
  } else if ((*text < 0x20 && *text != '\n') || *text == 0x7F) {
    fputc(' ', out);
  } else {
    fwrite(text, 1, length, out);
  }
  return text + length;
}

void cf_html_text(FILE *out, const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at;) at = put(out, at);
}

void cf_html_words(FILE *out, const char *text) {
  bool code = false;
  for (const unsigned char *at = (const unsigned char *)text; *at;) {
    bool mark = *at == '`' && (code || strchr((const char *)at + 1, '`'));
    if (!mark) {
      at = put(out, at);
      continue;
    }
    fputs(code ? "</code>" : "<code>", out);
    code = !code;
    at++;
  }
}

void cf_html_hash(const char *script, size_t length, char hash[CF_HTML_HASH]) {
  static const char letter[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint8_t digest[SHA256_DIGEST_LENGTH + 1] = {0}; /* 33 bytes are 11 groups of three */
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, (const uint8_t *)script, length);
  SHA256Final(digest, &context);
  size_t at = (size_t)snprintf(hash, CF_HTML_HASH, "sha256-");
  for (unsigned i = 0; i < sizeof digest; i += 3) {
    uint32_t group = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | digest[i + 2];
    for (int shift = 18; shift >= 0; shift -= 6) hash[at++] = letter[group >> shift & 63];
  }
  hash[at - 1] = '='; /* of the 33rd byte there is nothing */
  hash[at] = '\0';
}
