#include "core/report.h"

#include <stdarg.h>
#include <stdio.h>

void report_done(struct report *report)
{
	json_decref(report->fields);
	report->fields = NULL;
}

void report_say(struct report *report, enum state state, const char *fmt, ...)
{
	va_list args;

	report->state = state;
	va_start(args, fmt);
	/* A sentence that is too long is cut: it is for reading. */
	(void)vsnprintf(report->because, sizeof(report->because), fmt, args);
	va_end(args);
}
