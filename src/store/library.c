/*
 * library.c: reading (store/library.h). The bytes of all files stand in one block, one after the
 * other, and beside it the same with small letters, in which questions are looked for.
 */
#include "store/library.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "runbook/markdown.h"
#include "store/library_inside.h"

struct entry {
	size_t at, len;			/* in the block */
	size_t folder;			/* which one, in the order in which they were named */
	const char *path;
	struct shelf_mark mark;
	struct card card;
};

struct library {
	struct arena arena;
	const char **folders;
	size_t folder_count;
	uint64_t signature;
	struct buf bytes, folded;
	struct entry *entries;
	size_t count, cap;
	struct card *cards;		/* in the order of the entries */
	struct troubles troubles;
	/* While it is read. */
	size_t folder;
	uid_t owner;
	int rootfd;
};

static const char *folder_of(const struct library *library)
{
	return library->folders[library->folder];
}

static void complain(struct library *library, const char *path, const char *why)
{
	struct spot at = { .path = arena_text(&library->arena, path, strlen(path)) };

	trouble_add(&library->troubles, TROUBLE_R001, at, "", "%s", why);
}

static void on_trouble(void *arg, const char *path, const char *why)
{
	complain(arg, path, why);
}

/* --- reading one --- */

/* Through a link, but not out of the folder; -1 where the kernel cannot promise that. */
static int open_link(const struct library *library, const struct library_found *found)
{
	struct open_how how = {
		.flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	const char *inside = found->path + strlen(folder_of(library));

	while (*inside == '/')
		inside++;
	return (int)syscall(SYS_openat2, library->rootfd, inside, &how, sizeof(how));
}

static const char *kind_of(mode_t mode)
{
	return S_ISFIFO(mode) ? "a FIFO" : S_ISSOCK(mode) ? "a socket" : "a device";
}

/* -1 when it was complained of. */
static int open_found(struct library *library, const struct library_found *found)
{
	mode_t mode = found->st->st_mode;
	int fd;

	if (!S_ISREG(mode) && !S_ISLNK(mode)) {
		complain(library, found->path, kind_of(mode));
		return -1;
	}
	fd = S_ISLNK(mode) ? open_link(library, found) :
	     openat(found->dirfd, found->name,
		    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		complain(library, found->path, errno == EXDEV ? "a link out of its folder" :
			 strerror(errno));
	return fd;
}

/* False when it was complained of. What grows meanwhile is cut and said so. */
static bool read_bytes(struct library *library, const char *path, int fd, size_t size)
{
	char rest;
	size_t at = library->bytes.len, got = 0;
	ssize_t n = 1;

	library->bytes.data = mem_grow(library->bytes.data, &library->bytes.cap, at + size + 1, 1);
	while (got < size && n > 0) {
		n = read(fd, library->bytes.data + at + got, size - got);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			got += (size_t)n;
	}
	if (n >= 0 && got == size && read(fd, &rest, 1) == 0) {
		library->bytes.len = at + size;
		return true;
	}
	complain(library, path, n < 0 ? strerror(errno) : "it changes while it is read");
	return false;
}

static bool may_read(struct library *library, const char *path, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		complain(library, path, kind_of(st->st_mode));
	else if (st->st_size > MARKDOWN_BYTES)
		complain(library, path, "larger than 256 KiB");
	else if ((size_t)st->st_size > LIBRARY_BYTES - library->bytes.len)
		complain(library, path, "the library is larger than 256 MiB");
	else
		return true;
	return false;
}

static const char *unsafe_of(struct library *library, const struct library_found *found,
			     const struct stat *st)
{
	const char *unsafe = library_unsafe_file(st, library->owner, &library->arena);

	if (unsafe)
		return unsafe;
	return S_ISLNK(found->st->st_mode) ? "it is a symbolic link" : found->unsafe;
}

static void take(void *arg, const struct library_found *found)
{
	struct library *library = arg;
	int fd = open_found(library, found);
	size_t at = library->bytes.len;
	struct entry *entry;
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && may_read(library, found->path, &st) &&
	    read_bytes(library, found->path, fd, (size_t)st.st_size)) {
		library->entries = mem_grow(library->entries, &library->cap, library->count + 1,
					    sizeof(*library->entries));
		entry = &library->entries[library->count++];
		*entry = (struct entry){
			.at = at, .len = (size_t)st.st_size, .folder = library->folder,
		};
		entry->path = arena_text(&library->arena, found->path, strlen(found->path));
		entry->mark.unsafe = unsafe_of(library, found, &st);
		entry->mark.folder = folder_of(library);
	}
	close(fd);
}

/* --- putting it in order --- */

static void read_cards(struct library *library)
{
	for (size_t i = 0; i < library->count; i++) {
		struct entry *entry = &library->entries[i];

		card_read(entry->path, str_sub(library->bytes.data + entry->at, entry->len),
			  &library->arena, &entry->card, &library->troubles);
	}
}

static int by_title(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcasecmp(a->card.title, b->card.title);

	return order ? order : strcmp(a->path, b->path);
}

static int by_id(const void *left, const void *right)
{
	const struct entry *a = *(const struct entry *const *)left;
	const struct entry *b = *(const struct entry *const *)right;
	int order = strcmp(a->card.id, b->card.id);

	if (order == 0)
		order = (a->folder > b->folder) - (a->folder < b->folder);
	return order ? order : strcmp(a->path, b->path);
}

/* Of two with one id the one of the folder that is named first counts: who begins a runbook by its
 * id begins what the list shows. */
static void drop_doubles(struct library *library)
{
	struct entry **sorted = mem_array(library->count + 1, sizeof(struct entry *));
	size_t kept = 0;

	for (size_t i = 0; i < library->count; i++)
		sorted[i] = &library->entries[i];
	qsort(sorted, library->count, sizeof(struct entry *), by_id);
	for (size_t i = 1, first = 0; i < library->count; i++) {
		struct spot at = { .path = sorted[i]->path };

		if (strcmp(sorted[i]->card.id, sorted[first]->card.id) != 0) {
			first = i;
			continue;
		}
		trouble_add(&library->troubles, TROUBLE_R008, at, "give it another id",
			    "not listed: the id \"%s\" is that of %s", sorted[i]->card.id,
			    sorted[first]->path);
		sorted[i]->path = NULL;
	}
	mem_free(sorted);
	for (size_t i = 0; i < library->count; i++) {
		if (library->entries[i].path)
			library->entries[kept++] = library->entries[i];
	}
	library->count = kept;
}

/* Small letters of ASCII, a loop that compilers know how to do in wide steps. */
static void fold(struct library *library)
{
	struct buf *folded = &library->folded;

	folded->data = mem_grow(folded->data, &folded->cap, library->bytes.len + 1, 1);
	folded->len = library->bytes.len;
	for (size_t i = 0; i < folded->len; i++) {
		unsigned char c = (unsigned char)library->bytes.data[i];

		folded->data[i] = (char)(c | ((unsigned char)(c - 'A') < 26) << 5);
	}
}

static void settle(struct library *library)
{
	read_cards(library);
	drop_doubles(library);
	if (library->count > 1)
		qsort(library->entries, library->count, sizeof(struct entry), by_title);
	library->cards = mem_array(library->count + 1, sizeof(*library->cards));
	for (size_t i = 0; i < library->count; i++)
		library->cards[i] = library->entries[i].card;
	fold(library);
}

static void read_folder(struct library *library, size_t index, struct library_walk *walk)
{
	const char *folder = library->folders[index];

	library->folder = index;
	library->rootfd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	(void)library_unsafe_folder(folder, &library->owner, &library->arena);
	library_walk(walk, folder);
	if (library->rootfd >= 0)
		close(library->rootfd);
}

struct library *library_read(const char *const *folders, size_t count)
{
	struct library *library = mem_new(sizeof(*library));
	struct library_walk walk = {
		.file = take, .trouble = on_trouble, .arg = library, .arena = &library->arena,
	};

	library->troubles.arena = &library->arena;
	library->folders = arena_array(&library->arena, count, sizeof(*library->folders));
	for (size_t i = 0; i < count; i++) {
		library->folders[i] = arena_text(&library->arena, folders[i], strlen(folders[i]));
		read_folder(library, i, &walk);
	}
	library->folder_count = count;
	library->signature = walk.signature;
	settle(library);
	return library;
}

void library_free(struct library *library)
{
	if (!library)
		return;
	buf_done(&library->bytes);
	buf_done(&library->folded);
	mem_free(library->entries);
	mem_free(library->cards);
	arena_done(&library->arena);
	mem_free(library);
}

bool library_stale(const struct library *library)
{
	struct library_walk walk = { 0 };

	for (size_t i = 0; i < library->folder_count; i++)
		library_walk(&walk, library->folders[i]);
	return walk.signature != library->signature;
}

/* --- what is asked of it --- */

size_t library_count(const struct library *library)
{
	return library->count;
}

const struct card *library_cards(const struct library *library)
{
	return library->cards;
}

const struct shelf_mark *library_mark(const struct library *library, size_t index)
{
	return &library->entries[index].mark;
}

struct str library_bytes(const struct library *library, size_t index)
{
	const struct entry *entry = &library->entries[index];

	return str_sub(library->bytes.data + entry->at, entry->len);
}

const struct troubles *library_troubles(const struct library *library)
{
	return &library->troubles;
}

size_t library_find(const struct library *library, const char *id)
{
	for (size_t i = 0; i < library->count; i++) {
		if (strcmp(library->cards[i].id, id) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* The letters of English from the most to the least frequent; what is not here is rarer still. */
static unsigned frequency(char c)
{
	static const char letters[] = " etaoinshrdlcumwfgypbvkxjqz";
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (unsigned)(sizeof(letters) - (size_t)(at - letters)) : 1;
}

enum { BLOCK = 64, PROBE = 4 };

/* Where the neighbours stand that are rarest in any text, as many as a probe compares. */
static size_t rarest(const char *word, size_t len)
{
	size_t best = 0;
	unsigned least = UINT_MAX;

	for (size_t i = 0; i + PROBE <= len; i++) {
		unsigned sum = 0;

		for (size_t k = 0; k < PROBE; k++)
			sum += frequency(word[i + k]);
		if (sum < least) {
			least = sum;
			best = i;
		}
	}
	return best;
}

/* Do four neighbours, or two, begin anywhere in this block? Loops of a fixed length without a
 * branch: compilers make wide steps of them. */
static bool has_four(const char *text, const char *probe)
{
	unsigned char any = 0;

	for (size_t i = 0; i < BLOCK; i++)
		any |= (unsigned char)((text[i] == probe[0]) & (text[i + 1] == probe[1]) &
				       (text[i + 2] == probe[2]) & (text[i + 3] == probe[3]));
	return any;
}

static bool has_two(const char *text, const char *probe)
{
	unsigned char any = 0;

	for (size_t i = 0; i < BLOCK; i++)
		any |= (unsigned char)((text[i] == probe[0]) & (text[i + 1] == probe[1]));
	return any;
}

/* Block by block; as a whole only where a block has the probe. memmem() alone goes by single bytes
 * and takes twice as long. */
static bool holds_word(const char *text, size_t len, const char *word, size_t word_len)
{
	size_t probe = rarest(word, word_len), at = probe;

	if (word_len < 2)
		return memchr(text, word[0], len);
	for (; at + BLOCK + PROBE <= len; at += BLOCK) {
		size_t from = at - probe, left = len - from;
		bool any = word_len < PROBE ? has_two(text + at, word) :
			   has_four(text + at, word + probe);

		if (any && memmem(text + from, left < BLOCK + word_len ? left : BLOCK + word_len,
				  word, word_len))
			return true;
	}
	return at - probe < len && memmem(text + at - probe, len - (at - probe), word, word_len);
}

bool library_holds(const struct library *library, size_t index, const char *words)
{
	const struct entry *entry = &library->entries[index];
	struct str rest = str_of(words), word;
	char small[128];

	while (str_cut(&rest, ' ', &word)) {
		if (word.len > sizeof(small))
			return false;
		for (size_t i = 0; i < word.len; i++) {
			unsigned char c = (unsigned char)word.p[i];

			small[i] = (char)(c | ((unsigned char)(c - 'A') < 26) << 5);
		}
		if (word.len > 0 && !holds_word(library->folded.data + entry->at, entry->len, small,
						word.len))
			return false;
	}
	return true;
}
