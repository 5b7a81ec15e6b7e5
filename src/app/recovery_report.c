#include "app/recovery_report.h"

#include "app/drills_report.h"

bool recovery_report(struct work *work, const struct verification *verification,
		     enum drill_type type, struct buf *path, bool *pass, struct err *err)
{
	const char *image = work->settings.drills.image;
	struct drill *drill = arena_new(&work->arena, sizeof(*drill));
	struct drill_paper *paper = arena_new(&work->arena, sizeof(*paper));
	bool ok;

	drill->type = type;
	drill->scenario = SCENARIO_OTHER;
	drill->started_at = verification->started;
	str_put(drill->environment, sizeof(drill->environment), work->settings.environment);
	str_put(drill->image, sizeof(drill->image), image ? image : "");
	drill_paper_of(paper, &(struct dr_report_in){
		.verification = verification, .drill = drill, .tool_version = BINNACLE_VERSION,
		.host = work->host });
	*pass = paper->pass;
	ok = drill_paper_store(paper, &work->settings, path, err);
	drill_paper_done(paper);
	return ok;
}
