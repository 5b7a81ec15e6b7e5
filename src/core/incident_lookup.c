#include "core/incident_lookup.h"

#include "base/mem.h"

enum { FIRST_SLOTS = 64 };

struct slot {
	uint64_t hash;
	size_t position;		/* plus one; 0: empty */
};

struct lookup {
	struct slot *slots;
	size_t size, used;		/* size is a power of two, at least twice used */
};

struct lookup *lookup_new(void)
{
	struct lookup *lookup = mem_new(sizeof(*lookup));

	lookup->size = FIRST_SLOTS;
	lookup->slots = mem_array(lookup->size, sizeof(*lookup->slots));
	return lookup;
}

void lookup_free(struct lookup *lookup)
{
	if (!lookup)
		return;
	mem_free(lookup->slots);
	mem_free(lookup);
}

/* FNV-1a, 64 bits, folded so that its low bits hold all of it. */
uint64_t lookup_hash(enum lookup_what what, const char *key)
{
	uint64_t hash = 0xCBF29CE484222325U ^ (uint64_t)what;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001B3U;
	return hash ^ hash >> 32;
}

static void put(struct lookup *lookup, struct slot slot)
{
	size_t at = (size_t)slot.hash & (lookup->size - 1);

	while (lookup->slots[at].position)
		at = (at + 1) & (lookup->size - 1);
	lookup->slots[at] = slot;
}

static void grow(struct lookup *lookup)
{
	struct slot *old = lookup->slots;
	size_t size = lookup->size;

	lookup->size *= 2;
	lookup->slots = mem_array(lookup->size, sizeof(*lookup->slots));
	for (size_t i = 0; i < size; i++) {
		if (old[i].position)
			put(lookup, old[i]);
	}
	mem_free(old);
}

void lookup_add(struct lookup *lookup, uint64_t hash, size_t position)
{
	if (++lookup->used * 2 > lookup->size)
		grow(lookup);
	put(lookup, (struct slot){ hash, position + 1 });
}

bool lookup_next(const struct lookup *lookup, uint64_t hash, size_t *step, size_t *position)
{
	size_t mask = lookup ? lookup->size - 1 : 0;

	for (; lookup; (*step)++) {
		const struct slot *slot = &lookup->slots[((size_t)hash + *step) & mask];

		if (!slot->position)
			return false;
		if (slot->hash == hash) {
			*position = slot->position - 1;
			(*step)++;
			return true;
		}
	}
	return false;
}
