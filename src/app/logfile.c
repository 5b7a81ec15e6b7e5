#include "app/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/paths.h"
#include "base/log.h"
#include "base/mem.h"

enum { MAX_BYTES = 1024 * 1024 };

struct logfile {
	char *path;
	int fd;
	off_t size;
	struct err lost;	/* why lines go no further than the ring; ERR_NONE while they do */
	bool told;
};

static struct logfile file = { .fd = -1 };	/* belongs to the log ring, a sanctioned static */

static bool open_file(struct err *err)
{
	struct stat st;

	file.fd = open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
		       0600);
	if (file.fd < 0)
		return err_set(err, ERR_IO, "cannot open the log %s: %s", file.path, strerror(errno));
	if (fstat(file.fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(file.fd);
		file.fd = -1;
		return err_set(err, ERR_IO, "the log %s is no regular file", file.path);
	}
	file.size = st.st_size;
	return true;
}

static void give_up(const char *what)
{
	err_set(&file.lost, ERR_IO, "the log ends here: cannot %s %s: %s", what, file.path,
		strerror(errno));
	close(file.fd);
	file.fd = -1;
}

static void rotate(void)
{
	struct buf old = { 0 };

	buf_fmt(&old, "%s.1", file.path);
	if (rename(file.path, buf_cstr(&old)) != 0) {
		give_up("rename");
	} else {
		close(file.fd);
		file.fd = -1;
		open_file(&file.lost);
	}
	buf_done(&old);
}

static void sink(void *arg, const char *line, size_t len)
{
	ssize_t put;

	(void)arg;
	if (file.fd < 0)
		return;
	put = write(file.fd, line, len);
	if (put < 0) {
		give_up("write");
		return;
	}
	file.size += put;
	if (file.size > MAX_BYTES)
		rotate();
}

const char *logfile_lost(void)
{
	if (file.lost.kind == ERR_NONE || file.told)
		return NULL;
	file.told = true;
	return file.lost.text;
}

static void close_file(void)
{
	if (file.fd >= 0)
		close(file.fd);
	file.fd = -1;
	mem_free(file.path);
	file.path = NULL;
}

bool logfile_open(const struct context *context, struct err *err)
{
	enum log_level level = context->options->given[OPTION_VERBOSE] ? LOG_DEBUG : LOG_INFO;
	const char *asked = context->options->value[OPTION_LOG_FILE];
	const char *word = context->options->value[OPTION_LOG_LEVEL];
	struct buf path = { 0 };

	if (word && !log_level_parse(word, &level))
		return err_set(err, ERR_USAGE, "--log-level: '%.20s' is none of error, warn, info, debug",
			       word);
	log_set(level, NULL, NULL);
	if (!asked) {
		if (!paths_state(context, &path, err)) {
			buf_done(&path);
			return false;
		}
		buf_text(&path, "/binnacle.log");
	} else {
		buf_text(&path, asked);
	}
	close_file();
	file.path = buf_take(&path);
	if (!open_file(err))
		return false;
	log_set(level, sink, NULL);
	return true;
}

void logfile_end(const struct context *context)
{
	const char *lost = logfile_lost();

	close_file();
	if (lost && !context->options->given[OPTION_QUIET])
		fprintf(context->err, "binnacle: %s\n", lost);
}
