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

static void rotate(void)
{
	struct buf old = { 0 };
	struct err ignored = { 0 };

	buf_fmt(&old, "%s.1", file.path);
	close(file.fd);
	file.fd = -1;
	if (rename(file.path, buf_cstr(&old)) == 0)
		open_file(&ignored);	/* without a file the ring on the screen goes on */
	buf_done(&old);
}

static void sink(void *arg, const char *line, size_t len)
{
	ssize_t put;

	(void)arg;
	if (file.fd < 0)
		return;
	put = write(file.fd, line, len);
	if (put > 0)
		file.size += put;
	if (file.size > MAX_BYTES)
		rotate();
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
	logfile_close();
	file.path = buf_take(&path);
	if (!open_file(err))
		return false;
	log_set(level, sink, NULL);
	return true;
}

void logfile_close(void)
{
	if (file.fd >= 0)
		close(file.fd);
	file.fd = -1;
	mem_free(file.path);
	file.path = NULL;
}
