/*
 * crash.h: when the program itself fails, the terminal is given back first, then one sentence and a
 * report, then the signal does what it always did (exit status 128 + n).
 */
#ifndef APP_CRASH_H
#define APP_CRASH_H

/* Install handlers for SEGV, BUS, FPE, ILL and ABRT. restore must be async-signal-safe; it and
 * report_dir (a copy is kept; NULL: no report) may change by calling again. */
void crash_guard(void (*restore)(void), const char *report_dir);

#endif
