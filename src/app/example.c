/* example.c: the assembler reads the file; the Makefile says that this depends on it. */
#include "app/example.h"

__asm__(".pushsection .rodata\n"
	".global example_yaml\n"
	"example_yaml:\n"
	".incbin \"config/teachlink.yaml\"\n"
	".byte 0\n"
	".size example_yaml, . - example_yaml\n"
	".type example_yaml, @object\n"
	".popsection\n");
