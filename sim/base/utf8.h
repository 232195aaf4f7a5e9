/* UTF-8 (RFC 3629: no overlong forms, no surrogates). */
#ifndef CF_BASE_UTF8_H
#define CF_BASE_UTF8_H

/* Bytes of the character at `text`, which ends with a NUL somewhere; 0 when it is none. */
static inline unsigned cf_utf8_length(const unsigned char *text) {
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

#endif
