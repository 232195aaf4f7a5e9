/* Doubles as text, whatever the locale. */
#ifndef CF_STORE_NUMBER_H
#define CF_STORE_NUMBER_H

enum { CF_NUMBER_BYTES = 40 };

/* The shortest of %.15g, %.16g, %.17g that reads back as the same double. "inf", "-inf", "nan" for those. */
void cf_number_exact(char text[CF_NUMBER_BYTES], double value);

/* Six significant digits, %.6g. */
void cf_number_short(char text[CF_NUMBER_BYTES], double value);

#endif
