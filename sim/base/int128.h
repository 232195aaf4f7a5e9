/* 128-bit integers, which gcc and clang both have outside ISO C. */
#ifndef CF_BASE_INT128_H
#define CF_BASE_INT128_H

__extension__ typedef __int128 cf_i128;
__extension__ typedef unsigned __int128 cf_u128;

#endif
