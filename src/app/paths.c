#include "app/paths.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool paths_make(char *path, struct err *err)
{
	for (char *p = path + 1;; p++) {
		char kept = *p;

		if (kept != '/' && kept != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return err_set(err, ERR_IO, "cannot make %s: %s", path, strerror(errno));
		*p = kept;
		if (kept == '\0')
			return true;
	}
}

bool paths_state(const struct context *context, struct buf *out, struct err *err)
{
	const char *own = context_env(context, "BINNACLE_STATE_DIR");
	const char *xdg = context_env(context, "XDG_STATE_HOME");
	const char *home = context_env(context, "HOME");

	buf_clear(out);
	if (own && *own)
		buf_text(out, own);
	else if (xdg && *xdg == '/')
		buf_fmt(out, "%s/binnacle", xdg);
	else if (home && *home == '/')
		buf_fmt(out, "%s/.local/state/binnacle", home);
	else
		return err_set(err, ERR_IO, "no place for the log: HOME is not set");
	return paths_make(out->data, err);
}
