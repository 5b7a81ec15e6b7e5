/* example.c: the assembler reads the files; the Makefile says that this depends on them. */
#include "app/example.h"

#define TAKE_IN(name, file) \
	__asm__(".pushsection .rodata\n" \
		".global " name "\n" \
		name ":\n" \
		".incbin \"" file "\"\n" \
		".byte 0\n" \
		".size " name ", . - " name "\n" \
		".type " name ", @object\n" \
		".popsection\n")

TAKE_IN("example_yaml", "config/teachlink.yaml");
TAKE_IN("example_runbook", "config/runbook.md");
