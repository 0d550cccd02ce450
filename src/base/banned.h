/* Functions that have no safe use here; naming one does not compile.
 *
 * They truncate, overflow, accept rubbish, or depend on the locale, the clock or a hidden state.
 * base/error.h includes this header, so every file of the project has it. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof gets rand srand
#pragma GCC poison localtime gmtime setlocale

#endif
