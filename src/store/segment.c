#include "store/segment.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"

void segment_put_name(char out[SEGMENT_NAME], const char *estate, const char *origin, msec start)
{
	(void)snprintf(out, SEGMENT_NAME, "flight.%.16s.%.16s.%013lld.jsonl", estate, origin,
		       (long long)start);
}

static bool is_id(struct str part)
{
	for (size_t i = 0; i < part.len; i++) {
		char c = part.p[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f'))
			return false;
	}
	return part.len == FLIGHT_ID - 1;
}

bool segment_parse(const char *name, struct segment *out)
{
	struct str rest = str_of(name), word, estate, origin, start;

	if (!str_cut(&rest, '.', &word) || !str_eq(word, "flight") ||
	    !str_cut(&rest, '.', &estate) || !is_id(estate) ||
	    !str_cut(&rest, '.', &origin) || !is_id(origin) ||
	    !str_cut(&rest, '.', &start) || start.len != 13 ||
	    !num_parse_i64(start, &out->start) || out->start < 0 || !str_eq(rest, "jsonl"))
		return false;
	return str_put(out->name, sizeof(out->name), name) &&
	       str_copy(out->estate, sizeof(out->estate), estate) &&
	       str_copy(out->origin, sizeof(out->origin), origin);
}

static int compare(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return x->start != y->start ? (x->start > y->start) - (x->start < y->start) :
				      strcmp(x->name, y->name);
}

static bool look(int dirfd, const char *name, struct segment *out)
{
	struct stat st;

	if (!segment_parse(name, out) || fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode))
		return false;
	out->size = st.st_size;
	out->written = (msec)st.st_mtim.tv_sec * WHEN_SECOND;
	return true;
}

struct segment *segment_list(int dirfd, size_t *count)
{
	int own = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	struct segment *all = NULL, segment;
	size_t cap = 0;

	*count = 0;
	if (!dir) {
		if (own >= 0)
			close(own);
		return NULL;
	}
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (*count == SEGMENTS_MAX || !look(dirfd, entry->d_name, &segment))
			continue;
		all = mem_grow(all, &cap, *count + 1, sizeof(*all));
		all[(*count)++] = segment;
	}
	closedir(dir);
	if (*count > 0)
		qsort(all, *count, sizeof(*all), compare);
	return all;
}
