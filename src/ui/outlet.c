#include "ui/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ui/squeeze.h"

enum { READ_BYTES = 4096 };

bool outlet_open(struct outlet *outlet, struct err *err)
{
	*outlet = (struct outlet){ .memory = memfd_create("binnacle frame", MFD_CLOEXEC) };
	if (outlet->memory < 0)
		return err_set(err, ERR_IO, "memory for a frame: %s", strerror(errno));
	outlet->file = fdopen(fcntl(outlet->memory, F_DUPFD_CLOEXEC, 3), "w");
	if (!outlet->file)
		return err_set(err, ERR_IO, "memory for a frame: %s", strerror(errno));
	return true;
}

void outlet_done(struct outlet *outlet)
{
	if (outlet->file)
		fclose(outlet->file);
	if (outlet->memory >= 0)
		close(outlet->memory);
	buf_done(&outlet->written);
	buf_done(&outlet->out);
	*outlet = (struct outlet){ .memory = -1 };
}

void outlet_collect(struct outlet *outlet, bool squeezed)
{
	char bytes[READ_BYTES];
	off_t at = 0;
	ssize_t n;

	fflush(outlet->file);
	buf_clear(&outlet->written);
	while ((n = pread(outlet->memory, bytes, sizeof(bytes), at)) > 0) {
		buf_add(&outlet->written, bytes, (size_t)n);
		at += n;
	}
	if (squeezed)
		squeeze(&outlet->out, str_sub(outlet->written.data, outlet->written.len));
	else
		buf_add(&outlet->out, outlet->written.data, outlet->written.len);
	if (ftruncate(outlet->memory, 0) == 0)
		lseek(outlet->memory, 0, SEEK_SET);
}

void outlet_send(struct outlet *outlet, const char *text)
{
	buf_text(&outlet->out, text);
}

void outlet_drop(struct outlet *outlet)
{
	buf_clear(&outlet->out);
	outlet->at = 0;
}

size_t outlet_backlog(const struct outlet *outlet)
{
	return outlet->out.len - outlet->at;
}

bool outlet_pump(struct outlet *outlet, int tty)
{
	while (outlet_backlog(outlet) > 0) {
		ssize_t n = write(tty, outlet->out.data + outlet->at, outlet_backlog(outlet));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		outlet->at += (size_t)n;
	}
	outlet_drop(outlet);
	return true;
}
