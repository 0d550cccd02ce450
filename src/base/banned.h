/* Functions that have no safe use here; naming one does not compile.
 *
 * They truncate, overflow, accept rubbish, or depend on the locale, the clock or a hidden
 * state.  base/error.h includes this header, so every file of the project has it.  The
 * headers that declare them are included first: a declaration that came later would not
 * compile either. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/restart.h"

// Where the C library checks buffers, clang sees some of them as macros.
#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof gets rand srand
#pragma GCC poison localtime gmtime setlocale

#endif
