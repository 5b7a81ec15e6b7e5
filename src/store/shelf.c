#include "store/shelf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/journal_files.h"

enum { SHELF_MAX = 16384, SLUG_MAX = 48, DATE = 10, GROUP_ROOM = 256 * 1024 };

/* Without letters that are taken for another when they are read out: i, l, o, u. */
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

static bool is_date(const char *name)
{
	static const char shape[] = "dddd-dd-dd-";

	for (size_t i = 0; i < sizeof(shape) - 1; i++) {
		if (shape[i] == 'd' ? !isdigit((unsigned char)name[i]) : name[i] != shape[i])
			return false;
	}
	return true;
}

/* "2026-11-22-indexer-down-k3f9qa": its last word is the id. */
static bool id_of(const char *name, char id[INCIDENT_ID])
{
	const char *last = strrchr(name, '-');

	return is_date(name) && strlen(last + 1) == INCIDENT_ID - 1 &&
	       strspn(last + 1, letters) == INCIDENT_ID - 1 && str_put(id, INCIDENT_ID, last + 1);
}

/* A folder without a journal is none yet: nothing in it was acknowledged. */
static bool look(int rootfd, const char *root, const char *name, struct shelved *out)
{
	struct journal_file *files;
	size_t count;
	int fd, len;

	if (!id_of(name, out->id))
		return false;
	len = snprintf(out->folder, sizeof(out->folder), "%s/%s", root, name);
	fd = openat(rootfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	files = journal_files(fd, &count, NULL);
	close(fd);
	if (files && count > 0)
		out->touched = files[0].touched;
	mem_free(files);
	return files && count > 0 && len > 0 && (size_t)len < sizeof(out->folder);
}

struct list {
	struct shelved *items;
	size_t count, cap;
};

static bool list_root(struct list *list, const char *root, bool shared, struct err *err)
{
	struct shelved found = { .shared = shared };
	DIR *dir = opendir(root);

	if (!dir)
		return errno == ENOENT || err_set(err, ERR_IO, "cannot read %s: %s", root,
						  strerror(errno));
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		if (list->count == SHELF_MAX || !look(dirfd(dir), root, entry->d_name, &found))
			continue;
		list->items = mem_grow(list->items, &list->cap, list->count + 1,
				       sizeof(*list->items));
		list->items[list->count++] = found;
	}
	closedir(dir);
	return true;
}

static int by_touch(const void *a, const void *b)
{
	const struct shelved *x = a, *y = b;

	return x->touched != y->touched ? (x->touched < y->touched) - (x->touched > y->touched) :
					  strcmp(y->folder, x->folder);
}

struct shelved *shelf_list(const char *const roots[2], size_t *count, struct err *err)
{
	struct list list = { .items = mem_new(sizeof(*list.items)), .cap = 1 };

	*count = 0;
	for (int i = 0; i < 2; i++) {
		if (roots[i] && !list_root(&list, roots[i], i == 1, err)) {
			mem_free(list.items);
			return NULL;
		}
	}
	qsort(list.items, list.count, sizeof(*list.items), by_touch);
	*count = list.count;
	return list.items;
}

static const char *name_of(const struct shelved *shelved)
{
	return strrchr(shelved->folder, '/') + 1;
}

/* What is nearest to the word: among ids for a short word, else among the names of folders. */
static bool not_found(const char *word, const struct shelved *all, size_t count, struct err *err)
{
	const char **names = mem_array(count, sizeof(*names));
	const char *nearest;

	for (size_t i = 0; i < count; i++)
		names[i] = strlen(word) <= INCIDENT_ID + 1 ? all[i].id : name_of(&all[i]);
	nearest = str_nearest(word, names, count);
	if (nearest)
		err_set(err, ERR_NOT_FOUND, "no incident '%.120s'; did you mean %s?", word, nearest);
	else if (count == 0)
		err_set(err, ERR_NOT_FOUND, "no incident '%.120s': there are none yet", word);
	else
		err_set(err, ERR_NOT_FOUND, "no incident '%.120s'", word);
	mem_free(names);
	return false;
}

bool shelf_find(const char *const roots[2], const char *word, struct shelved *out, struct err *err)
{
	size_t count, i = 0;
	struct shelved *all = shelf_list(roots, &count, err);
	bool found;

	if (!all)
		return false;
	word += word[0] == '#';
	while (i < count && strcasecmp(all[i].id, word) != 0 && strcmp(name_of(&all[i]), word) != 0)
		i++;
	found = i < count;
	if (found)
		*out = all[i];
	else
		not_found(word, all, count, err);
	mem_free(all);
	return found;
}

/* Of ASCII, whatever the locale; '\0' for what is none. */
static char plain_letter(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') :
	       (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '\0';
}

/* Words of the title in letters that every file system and shell takes, cut between two of them. */
static void put_slug(struct buf *out, const char *title)
{
	size_t begin = out->len, whole = out->len;
	bool gap = false;

	for (const char *p = title; *p; p++) {
		char letter = plain_letter(*p);

		if (letter == '\0') {
			gap = true;
			continue;
		}
		if (gap && out->len > begin) {
			whole = out->len;
			buf_char(out, '-');
		}
		gap = false;
		buf_char(out, letter);
		if (out->len - begin > SLUG_MAX) {
			buf_cut(out, whole > begin ? whole : begin + SLUG_MAX);
			return;
		}
	}
	if (out->len == begin)
		buf_text(out, "incident");
}

void shelf_name(char out[128], char id[INCIDENT_ID], const char *title, msec at)
{
	unsigned char bytes[INCIDENT_ID - 1] = { 0 };
	char date[WHEN_TEXT];
	struct buf name = { 0 };

	/* Without randomness it is zeros; a folder that is there already is not made anew. */
	(void)!getrandom(bytes, sizeof(bytes), 0);
	for (size_t i = 0; i < sizeof(bytes); i++)
		id[i] = letters[bytes[i] % (sizeof(letters) - 1)];
	id[INCIDENT_ID - 1] = '\0';
	when_format(date, at);
	buf_fmt(&name, "%.*s-", DATE, date);
	put_slug(&name, title);
	buf_fmt(&name, "-%s", id);
	(void)str_put(out, 128, buf_cstr(&name));
	buf_done(&name);
}

static bool find_group(const char *group, gid_t *out, struct err *err)
{
	char *room = mem_new(GROUP_ROOM);
	struct group entry, *found = NULL;
	int why = getgrnam_r(group, &entry, room, GROUP_ROOM, &found);

	if (found)
		*out = found->gr_gid;
	mem_free(room);
	if (found)
		return true;
	return why ? err_set(err, ERR_IO, "share: group %s: %s", group, strerror(why)) :
		     err_set(err, ERR_CONFIG, "share: there is no group %s", group);
}

/* Where others may write, they may put another folder in its place. */
static bool check_above(const char *dir, struct err *err)
{
	const char *slash = strrchr(dir, '/');
	char *above = mem_text(slash && slash > dir ? dir : slash ? "/" : ".");
	struct stat st;
	bool ok;

	if (slash && slash > dir)
		above[slash - dir] = '\0';
	if (stat(above, &st) != 0)
		ok = err_set(err, ERR_IO, "share: %s: %s", above, strerror(errno));
	else
		ok = !(st.st_mode & (S_IWGRP | S_IWOTH)) || (st.st_mode & S_ISVTX) ||
		     err_set(err, ERR_REFUSED,
			     "share: %s: mode %04o: others could put another folder in the place "
			     "of %s; chmod go-w mends it",
			     above, (unsigned)st.st_mode & 07777, dir);
	mem_free(above);
	return ok;
}

static bool make_share(const char *dir, gid_t gid, struct err *err)
{
	int fd = -1;
	bool ok = mkdir(dir, 0700) == 0;

	if (!ok && errno == EEXIST)
		return true;
	if (ok) {
		fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		ok = fd >= 0 && fchown(fd, (uid_t)-1, gid) == 0 && fchmod(fd, 02770) == 0;
		if (!ok) {
			int why = errno;

			(void)!rmdir(dir);	/* empty, and of no use as it is */
			errno = why;
		}
	}
	if (!ok)
		err_set(err, ERR_IO, "share: cannot make %s: %s", dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool check_share(const char *dir, const struct stat *st, gid_t gid, const char *group,
			struct err *err)
{
	unsigned mode = (unsigned)st->st_mode & 07777;

	if (!S_ISDIR(st->st_mode))
		return err_set(err, ERR_REFUSED, "share: %s is %s, not a folder", dir,
			       journal_oddity(st) ? journal_oddity(st) : "a file");
	if (st->st_gid != gid)
		return err_set(err, ERR_REFUSED,
			       "share: %s does not belong to group %s; chgrp %s mends it", dir, group,
			       group);
	if (mode & S_IWOTH)
		return err_set(err, ERR_REFUSED,
			       "share: %s: mode %04o: everybody can write it; chmod 2770 mends it",
			       dir, mode);
	if ((mode & 02070) != 02070)
		return err_set(err, ERR_REFUSED,
			       "share: %s: mode %04o: not everything in it would be the group's; "
			       "chmod 2770 mends it",
			       dir, mode);
	if (faccessat(AT_FDCWD, dir, R_OK | W_OK | X_OK, AT_EACCESS) != 0)
		return err_set(err, ERR_REFUSED, "share: %s: %s; are you in group %s?", dir,
			       strerror(errno), group);
	return true;
}

bool shelf_share(const char *dir, const char *group, struct err *err)
{
	struct stat st;
	gid_t gid = 0;

	if (!find_group(group, &gid, err) || !check_above(dir, err) || !make_share(dir, gid, err))
		return false;
	if (lstat(dir, &st) != 0)
		return err_set(err, ERR_IO, "share: %s: %s", dir, strerror(errno));
	return check_share(dir, &st, gid, group, err);
}
