/* Writing a page: text that can never become markup, and the content security policy's hashes.
 *
 * Everything that comes from a database, a file or the command line goes through cf_html_text (or, inside a script
 * element, through a dense cf_json, base/json.h). */
#ifndef CF_REPORT_HTML_H
#define CF_REPORT_HTML_H

#include <stddef.h>
#include <stdio.h>

/* For element content and for attribute values in double quotes. Control characters but line feeds become blanks, bytes
 * that are not UTF-8 U+FFFD. */
void cf_html_text(FILE *out, const char *text);

/* The same with `...` as code. */
void cf_html_words(FILE *out, const char *text);

enum { CF_HTML_HASH = 64 };

/* "sha256-..." of a script's exact bytes, as a Content-Security-Policy names it (CSP Level 3, section 2.3.1). */
void cf_html_hash(const char *script, size_t length, char hash[CF_HTML_HASH]);

#endif
