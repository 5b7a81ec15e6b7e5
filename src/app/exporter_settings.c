#include "app/exporter_settings.h"

#include "app/settings.h"
#include "app/zone.h"

const struct setting postmortem_table[] = {
	{ .key = "dir", .type = SETTING_PATH, .offset = offsetof(struct postmortem_settings, dir),
	  .def = "postmortems",
	  .help = "Where incident export and incident bundle write, each incident into a folder of "
		  "its own; below the current folder unless it begins with / or ~/." },
	{ .key = "zone", .type = SETTING_TEXT, .offset = offsetof(struct postmortem_settings, zone),
	  .def = "UTC",
	  .help = "The local time that exports show beside UTC, by its name as Africa/Lagos. It is "
		  "recorded with each declaration." },
	SETTING_END
};

void postmortem_check(struct settings *settings)
{
	struct postmortem_settings *mine = &settings->postmortem;
	const struct node *node = tree_at(settings->tree, "postmortem.zone");

	if (!mine->zone || zone_known(mine->zone))
		return;
	if (node)
		problems_add(&settings->problems, &(struct complaint){
			.at = node->at, .width = node->width, .id = PROBLEM_REFERENCE,
			.text = arena_fmt(&settings->arena, "postmortem.zone: this host does not know "
					  "the zone '%.60s'", mine->zone),
			.hint = "a name below /usr/share/zoneinfo, as Africa/Lagos" });
	mine->zone = "UTC";
}
