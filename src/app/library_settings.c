#include "app/library_settings.h"

const struct setting runbooks_table[] = {
	{ .key = "dirs", .type = SETTING_TEXTS,
	  .offset = offsetof(struct runbook_settings, dirs),
	  .help = "Folders of runbooks; a relative one is beside the configuration file. When absent: "
		  "runbooks beside it, then those that were installed (/usr/local/share/binnacle/runbooks, "
		  "/usr/share/binnacle/runbooks)." },
	{ .key = "instruct", .type = SETTING_BOOL,
	  .offset = offsetof(struct runbook_settings, instruct), .def = "false",
	  .help = "Show and sense, and execute nothing: every command is for another window." },
	{ .key = "two_person", .type = SETTING_BOOL,
	  .offset = offsetof(struct runbook_settings, two_person), .def = "false",
	  .help = "What cannot be taken back needs the word of a second named console." },
	SETTING_END
};
