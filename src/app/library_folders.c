/* library_folders.c: which folders there are, for verbs and the console alike (app/library.h). */
#include <string.h>
#include <sys/stat.h>

#include "app/library.h"

/* make install puts them below its PREFIX, a package below /usr. */
static const char *const usual[] = {
	"runbooks", "/usr/local/share/binnacle/runbooks", "/usr/share/binnacle/runbooks",
};

/* "~/x" is in the home, a relative one beside the configuration file. NULL: HOME is not set. */
static const char *whole_path(const struct context *context, const struct settings *settings,
			      const char *dir, struct arena *arena)
{
	const char *home = context_env(context, "HOME"), *main = settings->files.main;
	const char *slash = main ? strrchr(main, '/') : NULL;

	if (str_starts(str_of(dir), "~/"))
		return home && *home == '/' ? arena_fmt(arena, "%s%s", home, dir + 1) : NULL;
	if (*dir == '/' || !slash)
		return arena_text(arena, dir, strlen(dir));
	return arena_fmt(arena, "%.*s/%s", (int)(slash - main), main, dir);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool library_folders(const struct context *context, const struct settings *settings,
		     struct texts *out, struct arena *arena, struct err *err)
{
	bool told = settings->runbooks.dirs.count > 0;
	struct texts dirs = told ? settings->runbooks.dirs :
			    (struct texts){ usual, ARRAY_LEN(usual) };
	const char **items = arena_array(arena, dirs.count, sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < dirs.count; i++) {
		const char *path = whole_path(context, settings, dirs.items[i], arena);

		if (!path)
			return err_set(err, ERR_INPUT, "runbooks.dirs: %s: HOME is not set",
				       dirs.items[i]);
		if (told || is_folder(path))	/* the usual ones need not be there */
			items[count++] = path;
	}
	*out = (struct texts){ items, count };
	return true;
}

struct library *library_of(const struct context *context, const struct settings *settings,
			   struct err *err)
{
	struct arena arena = { 0 };
	struct texts folders = { .count = 0 };
	struct library *library = NULL;

	if (library_folders(context, settings, &folders, &arena, err))
		library = library_read(folders.items, folders.count);
	arena_done(&arena);
	return library;
}
